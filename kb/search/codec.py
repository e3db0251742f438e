"""How a segment lies on disk: Whoosh's own codec for what is kept of each page, ours for the postings.

Whoosh 2.7.4 pickles postings in blocks of 128 which only Python can read one by one, and copies each file of a segment
into memory to read it. Both cost more than all the rest of search. This codec keeps its tables of contents, segments,
commits and stored pages, writes postings as arrays (kb.search.posting_files) and maps them.
"""

import os
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import FileStorage, OverlayStorage
from whoosh.filedb.structfile import BufferFile, StructFile
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from kb.search.errors import SearchUnavailable
from kb.search.posting_files import FieldArrays, FieldPostings, read_fields, write_fields
from kb.search.posting_pool import PostingPool
from kb.search.schema import PASSAGES, STORED_DOCUMENT

_POSTINGS_EXT = ".arrays"


class SegmentFile(CompoundStorage):
    """The one file of a segment: postings are mapped, what is stored of a page is read when it is asked for.

    Mapped stored pages would do as well, but each look at one would count as 64 KB of this process's memory.
    """

    def __init__(self, file: StructFile) -> None:
        self._descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._descriptor)
        super().__init__(file)  # maps it and closes it

    def open_file(self, name: str, *args: object, **kwargs: object) -> "PartRead":
        """Return a part for Whoosh's readers of columns."""
        offset, length = self.range(name)
        return PartRead(self, offset, length, name)

    def mapped(self, name: str) -> memoryview:
        """Return a part where it lies."""
        offset, length = self.range(name)
        return memoryview(self._source)[offset : offset + length]

    def read(self, position: int, length: int) -> bytes:
        """Return some bytes of the file; safe for threads. Errors: SearchUnavailable if it has been cut."""
        found = os.pread(self._descriptor, length, position)
        if len(found) != length:
            raise SearchUnavailable("a file of the search index was cut short")
        return found


class PartRead(BufferFile):
    """A part of a segment's file, as Whoosh's readers want it; Whoosh's own copies the whole part into memory."""

    def __init__(self, file: SegmentFile, offset: int, length: int, name: str) -> None:
        self._file, self._offset, self._length, self._name = file, offset, length, name
        self.is_real = self.is_closed = False
        self.onclose = None

    def get(self, position: int, length: int) -> bytes:
        return self._file.read(self._offset + position, length)

    def close(self) -> None:
        """Nothing: the file is closed with the last part of it."""


class ArraySegment(W3Segment):
    """A segment whose postings are arrays."""

    def list_files(self, storage: FileStorage) -> list[str]:
        """Return the parts, the postings first: behind the twelve bytes of the head their arrays are aligned."""
        names: list[str] = super().list_files(storage)
        return sorted(names, key=lambda name: (not name.endswith(_POSTINGS_EXT), name))

    def open_compound_file(self, storage: FileStorage) -> SegmentFile:
        return SegmentFile(storage.open_file(self.make_filename(self.COMPOUND_EXT)))


class FieldsWriter:
    """Writes the postings of a segment. Whoosh's interface, except that it takes whole fields."""

    def __init__(self, file: StructFile) -> None:
        self._file = file
        self.is_closed = False

    def add_postings(self, schema: object, lengths: object, fields: Iterable[tuple[str, FieldArrays]]) -> None:
        write_fields(self._file, fields)

    def close(self) -> None:
        self._file.close()
        self.is_closed = True


class FieldsReader(dict[str, FieldPostings]):
    """The postings of a segment: field → postings."""

    def close(self) -> None:
        """Nothing: the mapping goes when the last array in it does."""


class ArrayCodec(W3Codec):
    """What Whoosh asks when it writes or opens a segment."""

    length_stats = False

    def new_segment(self, storage: FileStorage, indexname: str) -> ArraySegment:
        return ArraySegment(self, indexname)

    def field_writer(self, storage: FileStorage, segment: ArraySegment) -> FieldsWriter:
        return FieldsWriter(segment.create_file(storage, _POSTINGS_EXT))

    def terms_reader(self, storage: SegmentFile | OverlayStorage, segment: ArraySegment) -> FieldsReader:
        file = storage.a if isinstance(storage, OverlayStorage) else storage  # Whoosh lays the folder under the file
        return FieldsReader(read_fields(file.mapped(segment.make_filename(_POSTINGS_EXT))))


class ArrayWriter(SegmentWriter):
    """Whoosh's writer of segments, gathering postings as arrays."""

    def __init__(self, index: FileIndex) -> None:
        # The caller holds a lock. Whoosh's own is kept for ever where a commit fails, for a full disk say.
        super().__init__(index, codec=ArrayCodec(), _lk=False)
        self.pool = _Pool(self.storage.folder)

    def add_document(self, **fields: Any) -> None:
        """Add a document; every field is indexed, or stored, or a column."""
        document = self.perdocwriter
        document.start_doc(self.docnum)
        for name, value in sorted(fields.items()):
            kind = self.schema[name]
            if kind.indexed:
                self.pool.add(name, self.docnum, value)
            elif kind.column_type:
                document.add_column_value(name, kind.column_type, value)
            else:
                document.add_field(name, kind, value, 0)
        document.finish_doc()
        self._added = True
        self.docnum += 1

    def add_segment(self, segment: ArraySegment) -> None:
        """Write the living documents of a segment again, into the new one."""
        numbers = np.full(segment.doc_count_all(), -1, np.int32)
        alive = [number for number in range(len(numbers)) if not segment.is_deleted(number)]
        numbers[alive] = np.arange(self.docnum, self.docnum + len(alive), dtype=np.int32)
        reader = SegmentReader(self.storage, self.schema, segment)
        self.write_per_doc([STORED_DOCUMENT, PASSAGES], reader)
        for field, postings in postings_of(self.storage, segment).items():
            self.pool.add_field(field, postings, numbers)
        reader.close()
        self._added = True


class _Pool(PostingPool):
    """The pool under the names that Whoosh's writer has for it."""

    def iter_postings(self) -> Iterator[tuple[str, FieldArrays]]:
        return self.sorted_fields()

    def cleanup(self) -> None:
        """Nothing: what waited in files goes with them."""


def postings_of(storage: FileStorage, segment: ArraySegment) -> FieldsReader:
    """Return the postings of a segment, mapped."""
    return segment.codec().terms_reader(segment.open_compound_file(storage), segment)
