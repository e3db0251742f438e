"""One command: starts once, says what is wrong in a sentence, stops everything it started."""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.journeys.portal_process import PortalProcess, eventually


def children_of(pid: int) -> list[int]:
    return _processes("--ppid", str(pid))


def session_of(pid: int) -> list[int]:
    """What still runs of all that a process started in its own session, although that process may have ended."""
    return _processes("-s", str(pid))


def _processes(*selection: str) -> list[int]:
    output = subprocess.run(["ps", "-o", "pid=", *selection], capture_output=True, text=True, check=False).stdout
    return [int(line) for line in output.split()]


@pytest.fixture(scope="module")
def empty_installation(portal, migrated_data, tmp_path_factory):
    """A site without the demo, as a shop would begin; the static files are the other portal's, to save their time."""
    data_dir = tmp_path_factory.mktemp("empty-portal")
    shutil.copytree(migrated_data, data_dir, dirs_exist_ok=True)
    shutil.copytree(portal.data_dir / "static", data_dir / "static")
    process = PortalProcess(data_dir, environment={"DEMO": "0"})
    process.start()
    yield process
    if process.process.poll() is None:
        process.stop()


@pytest.fixture
def empty_portal(empty_installation):
    """The empty site, running, whatever the test before did to it."""
    if empty_installation.process.poll() is not None:
        empty_installation.start()
    return empty_installation


def test_the_demo_start_prints_addresses_and_accounts(portal):
    output = "".join(portal.output)

    assert f"{portal.base_url}/vi/" in output
    assert "/admin/" in output
    assert "khach@nhamay.example" in output


def test_an_empty_start_says_how_to_make_the_first_administrator(empty_portal):
    output = "".join(empty_portal.output)

    assert "createsuperuser" in output
    assert "@nhamay.example" not in output


def test_a_second_start_on_the_same_data_says_where_the_first_one_is(empty_portal):
    second = empty_portal.run_command("run_portal")

    assert second.returncode == 1
    assert f"The portal already runs on this data: {empty_portal.base_url}/" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_taken_port_is_named_with_what_to_do(tmp_path):
    with socket.socket() as other_program:
        other_program.bind(("127.0.0.1", 0))
        other_program.listen()
        refused = PortalProcess(tmp_path, port=other_program.getsockname()[1]).run_command("run_portal")

    assert refused.returncode == 1
    assert "is taken" in refused.stderr
    assert "make run PORT=" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_disk_that_fills_up_while_the_data_are_made_is_named(tmp_path):
    # A file-size limit is what a full disk is to a program, and needs no rights to set up.
    process = PortalProcess(tmp_path)
    limited = subprocess.run(
        ["bash", "-c", 'ulimit -f 300; exec "$@"', "-", process.python, "manage.py", "run_portal"],
        cwd=process.root,
        env=process.all_environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert limited.returncode == 1
    assert "is full" in limited.stderr.splitlines()[-1]
    assert "nothing is lost" in limited.stderr.splitlines()[-1]


def test_a_worker_that_dies_is_started_again(empty_portal):
    before = set(children_of(empty_portal.process.pid))
    victim = next(pid for pid in before if b"run_worker" in Path(f"/proc/{pid}/cmdline").read_bytes())

    subprocess.run(["kill", "-9", str(victim)], check=True)

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        after = set(children_of(empty_portal.process.pid))
        if len(after) == len(before) and victim not in after:
            return
        time.sleep(0.2)
    raise AssertionError("the worker was not started again: " + "".join(empty_portal.output))


@pytest.mark.soak
def test_a_start_that_is_stopped_half_way_leaves_nothing_half_done(tmp_path):
    process = PortalProcess(tmp_path)
    for step in ("Checking the database", "Loading the demo shop"):
        process.start(until=step)

        code = process.stop(signal.SIGTERM)

        assert code == 0
        assert eventually(lambda: "Stopped before the portal was ready" in "".join(process.output), True, seconds=10)
        assert "Traceback" not in "".join(process.output)
        assert session_of(process.process.pid) == []
    assert process.count("SELECT count(*) FROM portal_user") == 0


def test_a_supervisor_that_is_killed_leaves_nothing_running_and_can_be_started_again(empty_portal):
    started = children_of(empty_portal.process.pid)

    empty_portal.process.kill()
    empty_portal.process.wait()

    assert eventually(lambda: [pid for pid in started if Path(f"/proc/{pid}").exists()], [], seconds=40)
    empty_portal.output.clear()
    empty_portal.start()
    assert "is started again" not in "".join(empty_portal.output)


def test_sigterm_stops_everything_that_was_started(empty_portal):
    started = children_of(empty_portal.process.pid)
    assert len(started) == 3

    code = empty_portal.stop(signal.SIGTERM)

    assert code == 0
    assert all(not Path(f"/proc/{pid}").exists() for pid in started)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", empty_portal.port)) != 0
