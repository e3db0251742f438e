"""Processes that die in the middle: search answers, nothing is lost, nothing is doubled."""

import random
import signal
import subprocess
import time

import pytest

from portal.supervisor import HEALTHY_AFTER_SECONDS
from tests.journeys.portal_process import PortalProcess, eventually

# Takes pages through outbox and index for as long as it lives, as the index worker does.
WRITER = """
import django; django.setup()
from kb.models import ArticlePage
from kb.search.indexing import drain_outbox, request_indexing
ids = list(ArticlePage.objects.values_list("pk", flat=True))
print("ready", flush=True)
while True:
    request_indexing(ids[:7]); drain_outbox(); ids = ids[7:] + ids[:7]
"""
SEED = 20260302


@pytest.fixture(scope="module")
def stopped_portal(portal, tmp_path_factory):
    """The demo's data without its processes, so that the index has no other writer."""
    copy = tmp_path_factory.mktemp("stopped-portal")
    assert portal.run_command("backup", str(copy)).returncode == 0
    process = PortalProcess(copy / "data")
    process.data_dir.mkdir()
    restored = process.run_command("restore", str(copy))
    assert restored.returncode == 0, restored.stderr
    return process


def kill_writers(stopped: PortalProcess, *, kills: int) -> None:
    """Kill an index writer `kills` times at a random moment, and compare index and database after each."""
    chance = random.Random(SEED)
    for number in range(kills):
        writer = subprocess.Popen(
            [stopped.python, "-c", WRITER],
            env=stopped.all_environment,
            cwd=stopped.root,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            writer.wait(chance.uniform(0.02, 0.8))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()

        check = stopped.run_command("rebuild_search", "--check")
        assert check.returncode == 0, f"kill {number}: {check.stdout}{check.stderr}"


def test_an_index_writer_that_is_killed_loses_and_doubles_nothing(stopped_portal):
    kill_writers(stopped_portal, kills=2)


@pytest.mark.soak
def test_a_hundred_killed_index_writers_lose_and_double_nothing(stopped_portal):
    kill_writers(stopped_portal, kills=100)
    print(f"\n100 kills of the index writer, seed {SEED}: index complete after each")


def test_a_backup_of_the_running_site_restores_into_an_empty_one(portal, stopped_portal):
    counts = [
        process.run_command(
            "shell",
            "-v0",
            "-c",
            "from kb.models import ArticlePage as A; from tracking.models import Order as O; print(A.objects.count(), O.objects.count())",
        ).stdout.split()
        for process in (portal, stopped_portal)
    ]

    assert counts[0] == counts[1]
    assert int(counts[0][1]) >= 60


OPEN_TICKETS = """
from tests.factories.support import open_ticket
for number in range({first}, {last}):
    open_ticket(email=f"khach-{{number}}@example.com", subject=f"Câu hỏi {{number}}")
"""


@pytest.mark.soak
def test_workers_killed_while_letters_wait_send_none_twice_and_lose_none_silently(portal):
    """Kill both workers while tickets come in; a letter is sent once, or is marked for an agent to look at."""
    rounds, tickets_a_round = 15, 10
    for number in range(rounds):
        program = OPEN_TICKETS.format(first=number * tickets_a_round, last=(number + 1) * tickets_a_round)
        opened = portal.run_command("shell", "-v0", "-c", program)
        assert opened.returncode == 0, opened.stderr
        subprocess.run(["pkill", "-9", "-P", str(portal.process.pid), "-f", "run_worker"], check=True)
        # Faster deaths in a row are a fault that the supervisor rightly gives up on.
        time.sleep(HEALTHY_AFTER_SECONDS + 2)

    def waiting() -> int:
        return portal.count("SELECT count(*) FROM letters_letter WHERE status = 'waiting'")

    assert eventually(waiting, 0, seconds=180)
    received = [len(portal.letters_to(f"khach-{number}@example.com")) for number in range(rounds * tickets_a_round)]
    in_doubt = portal.count("SELECT count(*) FROM letters_letter WHERE status IN ('sending', 'uncertain')")
    print(f"\n{len(received)} receipts, {rounds} kills: {received.count(1)} sent once, {in_doubt} letters in doubt")
    assert max(received) == 1
    assert received.count(0) <= in_doubt
