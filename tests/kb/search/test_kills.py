"""A process that dies inside a commit or a rebuild, at each thing that it does to a file: real kills, small index."""

import resource
import shutil

import pytest

from kb.search.postings import SnapshotKeeper
from kb.search.schema import Document, index_fields
from kb.search.storage import IndexDirectory
from tests.kb.search.kills import run_and_kill


def document(page_id, title):
    return Document(
        page_id=page_id,
        external_id=f"page-{page_id}",
        language="vi",
        article_type="article",
        title=title,
        headings=(),
        keywords=(),
        short_answer="",
        body="Máy giặt không xả nước thì vệ sinh lưới lọc.",
        category_title="",
        categories=(),
        products=(),
    )


def write(directory, *documents, generation=None):
    with directory.writing(generation=generation) as writer:
        for one in documents:
            identifier = f"kb.articlepage.{one.page_id}"
            writer.replace(identifier, index_fields(one, django_ct="kb.articlepage", identifier=identifier))


def rebuild(directory, *documents):
    with directory.rebuilding():
        generation = directory.create_generation()
        write(directory, *documents, generation=generation)
        directory.switch_to(generation, catch_up=lambda page_ids: None)


def titles_in(directory):
    """Return the titles that a process finds which opens the index now."""
    snapshot = SnapshotKeeper(directory).snapshot()
    return sorted(snapshot.document(int(n))["title"] for n in snapshot.alive.nonzero()[0])


OLD = [document(1, "Trang cũ"), document(2, "Trang hai")]
NEW = [document(1, "Trang mới")]
BEFORE, AFTER = ["Trang cũ", "Trang hai"], ["Trang hai", "Trang mới"]
WORKS = {
    "commit": ("writer.lock", lambda directory: write(directory, *NEW)),
    "rebuild": ("rebuild.lock", lambda directory: rebuild(directory, *NEW, OLD[1])),
}


@pytest.fixture
def index(tmp_path):
    directory = IndexDirectory(tmp_path / "search")
    rebuild(directory, *OLD)
    return directory


@pytest.mark.parametrize("kind", WORKS)
def test_killed_inside_it_leaves_the_old_state_or_the_new_one(index, tmp_path, kind):
    kill_inside(kind, index, tmp_path, step=6)


@pytest.mark.soak
@pytest.mark.parametrize("kind", WORKS)
def test_killed_before_each_operation_it_leaves_the_old_state_or_the_new_one(index, tmp_path, kind):
    count = kill_inside(kind, index, tmp_path, step=1)
    print(f"\n{kind}: killed before each of its {count} operations on files; old or new state each time")


def kill_inside(kind, index, tmp_path, *, step):
    lock, work = WORKS[kind]
    copy = shutil.copytree(index.path, tmp_path / "undisturbed")
    operations = run_and_kill(lambda: work(IndexDirectory(copy)), copy).operations
    first = operations.index(f"lock {lock}") + 1
    states = []
    for number in range(first, len(operations) - 1, step):
        directory = IndexDirectory(shutil.copytree(index.path, tmp_path / str(number)))

        death = run_and_kill(lambda directory=directory: work(directory), directory.path, before=number)
        states.append(titles_in(directory))
        work(directory)

        assert death.was_inside(lock)
        assert titles_in(directory) == AFTER

    assert states == sorted(states, key=lambda state: state == AFTER), "once new, always new"
    assert states[0] == BEFORE
    assert all(state in (BEFORE, AFTER) for state in states)
    return len(states)


def test_full_disk_in_mid_commit_changes_nothing_and_the_same_process_goes_on_afterwards(index):
    write(index)
    files = sorted(index.path.rglob("*"))

    def fail_then_succeed():
        _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        with pytest.raises(OSError, match="File too large"):
            write(index, *NEW)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        assert titles_in(index) == BEFORE
        assert sorted(index.path.rglob("*")) == files, "a failed commit left something behind"
        write(index, *NEW)

    ended = run_and_kill(fail_then_succeed, index.path)

    assert not ended.was_killed
    assert titles_in(index) == AFTER
