"""Pictures and documents of an archive: checked like any upload, stored once, never fetched from elsewhere."""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Collection

from kb.importer.records import FieldProblem
from kb.importer.sources import Folder, ZipFolder
from kb.markdown import ARCHIVE_SCHEME, References
from portal.lib.archives import MEGABYTE
from portal.lib.text import clean_line
from portal.lib.uploads import check_document, check_image, without_position

MAX_FILE_BYTES = 10 * MEGABYTE
TITLE_MAX_LENGTH = 255
# Where an export puts the articles of a category; a link there is a link to the category.
CATEGORY_FOLDER = re.compile(r"^articles/(?P<language>[a-z-]+)/(?P<code>[\w-]+)/$")
IMPORTED_COLLECTION = "Imported"


class InFolder(References):
    """The links and pictures of one Markdown file, looked up in its folder or zip."""

    def __init__(self, folder: Folder | ZipFolder, name: str) -> None:
        super().__init__()
        self._folder = folder
        self._here = posixpath.dirname(name)

    def link(self, href: str) -> str | None:
        path = self._path(href)
        if path is None or not (self._folder.has(path) or CATEGORY_FOLDER.match(path)):
            self.notices.append(
                _("The link “%(address)s” leads to nothing in this archive; its words stay.") % {"address": href[:200]}
            )
            return None
        # The place within another article is not stored: its anchors are made of headings, which may change.
        return f"{ARCHIVE_SCHEME}{path}"

    def image(self, src: str) -> str | None:
        return self._file(
            src, _("The picture “%(address)s” is not in this archive and was left out; none is fetched from elsewhere.")
        )

    def document(self, path: str) -> str | None:
        return self._file(
            path, _("The file “%(address)s” is not in this archive and was left out; none is fetched from elsewhere.")
        )

    def _file(self, address: str, sentence: str) -> str | None:
        path = self._path(address)
        if path is None or not self._folder.has(path):
            self.notices.append(sentence % {"address": address[:200]})
            return None
        return path

    def _path(self, address: str) -> str | None:
        """Return the path from the archive's root; None for what lies elsewhere."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
            return None
        path = posixpath.normpath(posixpath.join(self._here, unquote(parts.path)))
        if path.startswith(".."):
            return None
        return path + ("/" if parts.path.endswith("/") else "")


class FileStore:
    """Brings the pictures and documents of one archive onto the site; one that is there already is used again."""

    def __init__(self, folder: Folder | ZipFolder | None, about: dict[str, dict[str, str]] | None = None) -> None:
        self._folder = folder
        self._about = about or {}
        self._images: dict[str, int] = {}
        self._documents: dict[str, int] = {}

    def check(self, path: str, *, is_image: bool) -> None:
        """Raise FieldProblem unless the file is there and what its name says."""
        content = self._content(path)
        try:
            (check_image if is_image else check_document)(path, io.BytesIO(content))
        except ValidationError as error:
            raise FieldProblem("image" if is_image else "document", " ".join(error.messages)) from error

    def image(self, path: str) -> int:
        """Return the number of a picture, storing it when the site does not have it. Raises FieldProblem."""
        if path not in self._images:
            self.check(path, is_image=True)
            content = self._content(path)
            content = without_position(path, io.BytesIO(content)) or content
            self._images[path] = self._stored(get_image_model(), path, content)
        return self._images[path]

    def document(self, path: str) -> int:
        """Return the number of a document, storing it when the site does not have it. Raises FieldProblem."""
        if path not in self._documents:
            self.check(path, is_image=False)
            self._documents[path] = self._stored(get_document_model(), path, self._content(path))
        return self._documents[path]

    def known(self, path: str, *, is_image: bool) -> int:
        """Return the number of a file that the site has already, 0 for one that the import would bring."""
        numbers = self._images if is_image else self._documents
        if path in numbers:
            return numbers[path]
        content = self._content(path)
        if is_image:
            content = without_position(path, io.BytesIO(content)) or content
        same = _same(get_image_model() if is_image else get_document_model(), content, self._title(path))
        return int(same.pk) if same else 0

    def has(self, path: str) -> bool:
        """Return whether the archive holds a file of that path."""
        return self._folder is not None and self._folder.has(path)

    def _content(self, path: str) -> bytes:
        if self._folder is None or not self._folder.has(path):
            raise FieldProblem("file", _("There is no file “%(file)s”.") % {"file": path[:200]})
        content = self._folder.read(path, max_bytes=MAX_FILE_BYTES).content
        if content is None:
            raise FieldProblem(
                "file",
                _("“%(file)s” is larger than %(size)s MB.") % {"file": path[:200], "size": MAX_FILE_BYTES // MEGABYTE},
            )
        return content

    def _title(self, path: str) -> str:
        title = clean_line(self._about.get(path, {}).get("title", ""))
        return title[:TITLE_MAX_LENGTH] or PurePosixPath(path).stem

    def _stored(self, model: type[Any], path: str, content: bytes) -> int:
        title = self._title(path)
        if (same := _same(model, content, title)) is not None:
            return int(same.pk)
        item = model(title=title, collection=_collection())
        item.file = ContentFile(content, name=PurePosixPath(path).name)
        if isinstance(item, AbstractImage):
            item.description = clean_line(self._about.get(path, {}).get("description", ""))[:TITLE_MAX_LENGTH]
            item._set_image_file_metadata()
        else:
            item._set_document_file_metadata()
        item.save()
        return int(item.pk)


def _same(model: type[Any], content: bytes, title: str) -> Any:
    """Return the file of that content, the one of that title first, or None."""
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    known = model._default_manager.filter(file_hash=digest).order_by("pk")
    return known.filter(title=title).first() or known.first()


def _collection() -> Collection:
    with transaction.atomic():
        root = Collection.get_first_root_node()
        found = root.get_children().filter(name=IMPORTED_COLLECTION).first()
        return found or root.add_child(name=IMPORTED_COLLECTION)
