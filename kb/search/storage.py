"""Where the index lies on disk, and how it survives crashes, torn files and rebuilds.

    SEARCH/CURRENT                 one line of JSON: which generation is live, at which commit
    SEARCH/writer.lock             held by the one process that writes
    SEARCH/rebuild.lock            held while a new generation is being built beside the live one
    SEARCH/rebuild.journal         pages written meanwhile, to be repeated in the new generation
    SEARCH/generation-<name>/      a Whoosh index, and checksums of its segments

Nothing is ever changed in place: a commit adds files, makes them durable, then renames. CURRENT is replaced by
every commit, so a reader learns of news with one `stat`.
"""

import fcntl
import json
import os
import shutil
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from kb.search.analyzers import ANALYZER_VERSION
from kb.search.codec import ArraySegment
from kb.search.errors import AnalyzerMismatch, SearchUnavailable
from kb.search.index_writer import IndexWriter, small_alike
from kb.search.schema import index_schema

_INDEX_NAME = "MAIN"
_SEGMENT_SUFFIX = ".seg"
# Number of the file on its disk, size, time of the last change.
FileState = tuple[int, int, int]


@dataclass(frozen=True)
class Current:
    """What CURRENT says: the live generation, a number that grows with each commit, who cut the words."""

    generation: str
    commit: int
    analyzer_version: int


class DurableStorage(FileStorage):
    """Whoosh's file storage, except that a commit is on the disk before it is visible.

    Whoosh 2.7.4 never calls fsync. Its commit ends in one rename of the table of contents; before that rename this
    class makes every new file durable and writes the checksum of each new segment.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._created: set[str] = set()

    def create_file(self, name: str, **kwargs: object) -> object:
        self._created.add(name)
        return super().create_file(name, **kwargs)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        folder = Path(self.folder)
        for name in sorted(self._created):
            path = folder / name
            if not path.exists():
                continue  # a part that has gone into the compound file
            if name.endswith(_SEGMENT_SUFFIX):
                _write_checksum(path, of=path)
            _fsync(path)
        _write_checksum(folder / newname, of=folder / oldname)
        super().rename_file(oldname, newname, safe=safe)
        self._created.clear()
        _fsync(folder)
        for checksum in folder.glob("*.toc.sum"):
            if checksum.name != f"{newname}.sum":
                checksum.unlink()

    def discard_created(self) -> None:
        """Remove what a commit that did not come about has written; a full disk would fill further with each attempt."""
        folder = Path(self.folder)
        for name in self._created:
            for path in (folder / name, _checksum_file(folder / name)):
                path.unlink(missing_ok=True)
        self._created.clear()
        shutil.rmtree(folder / f"{_INDEX_NAME}.tmp", ignore_errors=True)


class IndexDirectory:
    """The folder of the index. Cheap to make; opens nothing until asked."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._pointer = self.path / "CURRENT"
        self._journal = self.path / "rebuild.journal"
        self._verified: set[tuple[str, FileState]] = set()

    # Reading -------------------------------------------------------------------------------------

    def exists(self) -> bool:
        """Say whether there is an index, readable or not."""
        return self._pointer.exists()

    def stamp(self) -> tuple[int, int]:
        """Return a value that changes with every commit and every switch; one `stat`.

        Errors  SearchUnavailable if there is no index yet.
        """
        try:
            status = self._pointer.stat()
        except OSError as error:
            raise SearchUnavailable("there is no search index yet") from error
        return status.st_ino, status.st_mtime_ns

    def current(self) -> Current:
        """Return what is live.

        Errors  SearchUnavailable if there is none or it cannot be read; AnalyzerMismatch if its words were cut by
                another version of the analyzer.
        """
        try:
            current = Current(**json.loads(self._pointer.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise SearchUnavailable("there is no readable search index") from error
        if current.analyzer_version != ANALYZER_VERSION:
            raise AnalyzerMismatch(current.analyzer_version, ANALYZER_VERSION)
        return current

    def read_commit(self, generation: str) -> tuple[FileStorage, list[ArraySegment]]:
        """Return the storage and the segments of the newest commit of a generation.

        Errors  FileNotFoundError if a commit removed a file between two looks (look again); SearchUnavailable if
                the table of contents is torn.
        """
        folder = self.path / generation
        storage = FileStorage(str(folder))
        number = TOC._latest_generation(storage, _INDEX_NAME)
        verify(folder / TOC._filename(_INDEX_NAME, number))
        return storage, TOC.read(storage, _INDEX_NAME, gen=number).segments

    def segment_file(self, generation: str, segment_id: str) -> Path:
        """Return the file of a segment."""
        return self.path / generation / f"{segment_id}{_SEGMENT_SUFFIX}"

    # Writing -------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, *, generation: str | None = None) -> Iterator[IndexWriter]:
        """Open the one writer, waiting for whoever holds it; commit at the end, leave no trace on an error.

        `generation` names one that is being built (only its builder knows it); default is the live one.
        Errors  SearchUnavailable if the live one is missing or torn: nothing is built upon that.
        """
        if generation is not None:
            yield from self._write(generation)
            return
        with self._locked("writer.lock"):
            live = self.current().generation
            self._verify_commit(live)
            yield from self._write(live)
            self._point_to(live)

    def tidy(self) -> bool:
        """Merge small segments if enough have gathered, and say whether there were any; for idle time.

        Cost  without any two small files are read. Publishing waits for a merge, searching does not.
        Errors  as `writing`.
        """
        _storage, segments = self._live_segments()
        if not small_alike(segments):
            return False
        with self.writing() as writer:
            writer.merge_small_segments()
        return True

    def _live_segments(self) -> tuple[FileStorage, list[ArraySegment]]:
        """Return the newest commit of the live generation. Errors: SearchUnavailable, its files may also be missing."""
        try:
            return self.read_commit(self.current().generation)
        except FileNotFoundError as error:
            raise SearchUnavailable("files of the search index are missing") from error

    def _verify_commit(self, generation: str) -> None:
        """Compare the newest commit with its checksums; a segment is read again only if its file has changed."""
        verified = set()
        try:
            for segment in self.read_commit(generation)[1]:
                name = segment.segment_id()
                seen = (name, file_state(self.segment_file(generation, name)))
                if seen not in self._verified:
                    verify(self.segment_file(generation, name))
                verified.add(seen)
        except FileNotFoundError as error:
            raise SearchUnavailable("files of the search index are missing") from error
        self._verified = verified

    def _write(self, generation: str) -> Iterator[IndexWriter]:
        storage = DurableStorage(str(self.path / generation))
        try:
            writer = IndexWriter(FileIndex(storage, schema=index_schema(), indexname=_INDEX_NAME))
            try:
                yield writer
            except BaseException:
                writer.cancel()
                raise
            writer.commit()
        finally:
            storage.discard_created()

    def note_written(self, page_ids: Iterable[int]) -> None:
        """Note pages just written for a rebuild that runs meanwhile; nothing to do if none does.

        Call it with the writer's lock held, so that the switch of a rebuild never falls between.
        """
        if not self.is_rebuilding():
            return
        with self._journal.open("a") as file:
            file.writelines(f"{page_id}\n" for page_id in page_ids)

    def create_generation(self) -> str:
        """Make an empty generation that nobody reads yet and return its name."""
        name = f"generation-{uuid.uuid4().hex[:12]}"
        folder = self.path / name
        folder.mkdir(parents=True)
        TOC.create(DurableStorage(str(folder)), index_schema(), _INDEX_NAME)
        return name

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Be the only rebuild; another one waits for its turn. Clears away what a killed one left."""
        self.path.mkdir(parents=True, exist_ok=True)
        with self._locked("rebuild.lock"):
            self._journal.unlink(missing_ok=True)
            self._remove_unused()
            yield

    def switch_to(self, generation: str, *, catch_up: Callable[[list[int]], None]) -> None:
        """Make `generation` the live one; `catch_up` first repeats in it the pages written meanwhile."""
        with self._locked("writer.lock"):
            catch_up(self._journaled())
            self._point_to(generation)
            self._journal.unlink(missing_ok=True)
        self._remove_unused()

    def is_rebuilding(self) -> bool:
        """Say whether some process is building a new generation at this moment."""
        if not self.path.exists():
            return False
        with (self.path / "rebuild.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _journaled(self) -> list[int]:
        if not self._journal.exists():
            return []
        return sorted({int(line) for line in self._journal.read_text().split()})

    def _point_to(self, generation: str) -> None:
        """Replace CURRENT at once: a reader sees the old line or the new one."""
        try:
            commit = json.loads(self._pointer.read_text())["commit"] + 1
        except (OSError, ValueError, KeyError, TypeError):
            commit = 1  # no pointer yet, or a torn one, which this replaces
        for left in self.path.glob("CURRENT.*"):
            left.unlink()  # by a process that was killed here: whoever writes holds the lock
        draft = self.path / f"CURRENT.{os.getpid()}"
        line = {"generation": generation, "commit": commit, "analyzer_version": ANALYZER_VERSION}
        try:
            draft.write_text(json.dumps(line))
            _fsync(draft)
            draft.replace(self._pointer)
        finally:
            draft.unlink(missing_ok=True)
        _fsync(self.path)

    def _remove_unused(self) -> None:
        """Remove generations that are not live. Readers that still have their files open keep them until they close."""
        try:
            live = json.loads(self._pointer.read_text())["generation"]
        except (OSError, ValueError, KeyError, TypeError):
            live = None  # nothing is live: whatever lies there is a leftover
        for folder in self.path.glob("generation-*"):
            if folder.name != live:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """Hold a lock of the operating system, waiting for it; a killed process lets go of it by itself."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / name).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def file_state(path: Path) -> FileState:
    """Return a value that changes with anything done to a file; one `stat`. FileNotFoundError if it is gone."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _checksum(path: Path) -> str:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return f"{path.stat().st_size} {checksum}"


def _checksum_file(path: Path) -> Path:
    """Return where a file's checksum is kept; named so that Whoosh clears it away with its segment."""
    return path.with_name(f"{path.name}.sum")


def _write_checksum(path: Path, *, of: Path) -> None:
    target = _checksum_file(path)
    target.write_text(_checksum(of))
    _fsync(target)


def verify(path: Path) -> None:
    """Compare a file with its checksum; SearchUnavailable if they differ, FileNotFoundError if one is gone.

    Cost  reads the file once, about 1 ms for each MB; a reader does it once for each segment.
    """
    if _checksum_file(path).read_text() != _checksum(path):
        raise SearchUnavailable(f"the search index is torn: {path.name}")


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
