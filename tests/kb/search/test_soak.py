"""Search under kills, damage, full disks and crowds at full counts: `make soak`. Seeds and counts are printed."""

import json
import shutil
import subprocess

import pytest

from tests.journeys.portal_process import PortalProcess

pytestmark = pytest.mark.soak

SEED = 20261122
DISK_MEGABYTES = 24


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> PortalProcess:
    """The demo's data and index, without any process on them."""
    process = PortalProcess(tmp_path_factory.mktemp("soaked-portal"))
    for command in (["migrate", "-v0"], ["createcachetable"], ["load_demo"], ["rebuild_search"]):
        done = process.run_command(*command, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
    return process


def run(site, program, *arguments, timeout=3000, before=()):
    """Run a function of a module in soak/ in a Django process on the site's data and return what it tells."""
    module, _dot, function = program.partition(".")
    code = (
        "import sys, django; django.setup()\n"
        f"from tests.kb.search.soak.{module} import {function} as program\n"
        "program(*(int(one) if one.isdigit() else one for one in sys.argv[1:]))"
    )
    done = subprocess.run(
        [*before, site.python, "-c", code, *map(str, arguments)],
        env=site.all_environment,
        cwd=site.root,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_hundred_kills_inside_commits_and_rebuilds(site):
    told = run(site, "writing.kill_writers", 100, SEED)

    print(
        f"\n100 kills inside, seed {SEED}: {told['kills']}; in the midst of {told['where']}; "
        f"{told['outside']} more fell outside and did not count; {told['degraded']} degraded answers"
    )
    assert sum(told["kills"].values()) == 100
    assert told["problems"] == []


def test_each_file_of_the_index_cut_emptied_flipped_and_removed(site):
    told = run(site, "damage.damage_each_file", SEED)

    print(f"\n{told['files']} files, 4 damages, open and new readers, seed {SEED}: {told['outcomes']}")
    assert told["problems"] == []


def test_disk_full_in_the_midst_of_commits_and_rebuilds(site, tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    own_disk = f'mount -t tmpfs -o size={DISK_MEGABYTES}m none "$0" && cp -r "$1"/search "$0" && shift 1 && exec "$@"'
    before = ("unshare", "--map-root-user", "--mount", "sh", "-c", own_disk, str(folder), str(site.data_dir))
    if subprocess.run([*before, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount a small disk of his own; test_kills.py fills a file up to a limit")
    small = PortalProcess(site.data_dir, environment={"SEARCH_URL": f"whoosh://{folder}/search"})

    told = run(small, "writing.fill_the_disk", SEED, f"{folder}/ballast", before=before)

    print(f"\n{told['errors']}, {told['succeeded']} had room; seed {SEED}; left behind: {told['left']}")
    assert sum(told["errors"].values()) >= 10
    assert told["succeeded"] >= 2
    assert told["problems"] == []
    assert told["left"] == ["CURRENT"]


def test_three_writers_wanting_the_lock(site):
    told = run(site, "crowds.three_writers", 50)

    print(f"\n3 writers, {told['commits']} commits: median {told['median']:.2f} s, slowest {told['slowest']:.2f} s")
    assert told["complete"]
    assert told["doubled"] == 0


def test_ten_thousand_searches_while_the_index_is_rebuilt(site):
    told = run(site, "crowds.search_during_rebuilds", 10_000)

    print(
        f"\n{told['searches']} searches during {told['rebuilds']} rebuilds: {told['empty']} empty, {told['degraded']} degraded"
    )
    assert told["rebuilds"] >= 3
    assert (told["empty"], told["degraded"]) == (0, 0)


def test_going_through_all_pages_shows_each_hit_once(site):
    told = run(site, "queries.page_through")

    print(f"\n{told['queries']} queries, {told['pages']} pages, {told['hits']} hits: each once")
    assert told["queries"] > 1000
    assert told["wrong"] == []


def test_ten_thousand_strange_queries(site):
    told = run(site, "queries.fuzz", 10_000, SEED)

    print(
        f"\n{told['queries']} strange queries, seed {SEED}: p50 {told['p50']:.1f}, p95 {told['p95']:.1f}, "
        f"worst {told['worst']:.1f} ms of processor time"
    )
    assert told["slow"] == []


def test_deleted_files_show_in_the_results(site):
    told = run(site, "queries.without_files")

    print(
        f"\n{told['queries']} queries with the index {told['before']}, without {told['after']}, rebuilt {told['healed']}"
    )
    assert (told["before"]["degraded"], told["after"]["degraded"], told["healed"]["degraded"]) == (0, 1, 0)
    assert told["after"]["typo"] < told["before"]["typo"] - 0.1
    assert told["healed"] == told["before"]


@pytest.fixture(scope="module")
def large_site(site, tmp_path_factory) -> PortalProcess:
    """The same with ten thousand articles, and the workers on them."""
    large = PortalProcess(tmp_path_factory.mktemp("large-portal") / "data")
    shutil.copytree(site.data_dir, large.data_dir)
    told = run(large, "damage.grow", 10_000)
    print(f"\n{told['articles']} articles indexed anew in {told['wall']:.0f} s ({told['cpu']:.0f} s of processor time)")
    workers = subprocess.Popen(
        [large.python, "manage.py", "run_worker", "index", "default"], cwd=large.root, env=large.all_environment
    )
    yield large
    workers.terminate()
    workers.wait()


@pytest.mark.parametrize("damage", ["flip", "remove"])
def test_ten_thousand_articles_heal_within_a_minute(large_site, damage):
    told = run(large_site, "damage.heal", damage, 300)

    print(
        f"\n{damage}: healed after {told['seconds']:.0f} s, {told['degraded_answers']} degraded answers meanwhile, {told['empty']} empty"
    )
    assert told["healed"]
    assert told["complete"]
    assert told["seconds"] <= 60
