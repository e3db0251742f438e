"""Pictures and documents from outside: is the content what the name says? What a picture tells about its maker goes.

One home for every way in: the admin's forms (one file, many at once, choosers) and the archives of the article import.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from portal.lib.archives import ArchiveRefused, open_archive

HEAD_BYTES = 4096
# A cartoon of a few seconds; each frame is decoded when the picture is cut to size.
MAX_FRAMES = 300
GPS_TAG = 0x8825
PILLOW_FORMATS = {"gif": "GIF", "jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF"}
# What browsers would run if they were allowed to guess; none of it begins a text or a table.
MARKUP_STARTS = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<iframe")
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
MACRO_NAMES = ("vbaproject.bin", "macrosheets/")
# Pillow's errors for a picture that is cut off or made to confuse.
BROKEN_PICTURE = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError)


def extension_of(name: str) -> str:
    """Return the last suffix of a file name in lower case, without its dot."""
    return PurePath(name).suffix.lower().removeprefix(".")


def check_image(name: str, file: IO[bytes]) -> None:
    """Raise ValidationError unless `file` is a whole picture of the kind its name says; leaves it at its start.

    Size in points and frames are read from the header before anything is decoded; then the picture is decoded once,
    because one that is cut off would fail in every page that shows it. Cost: memory for one decoded picture, at most
    WAGTAILIMAGES_MAX_IMAGE_PIXELS; a JPEG is decoded at an eighth of its size.
    """
    extension = extension_of(name)
    if extension not in settings.WAGTAILIMAGES_EXTENSIONS:
        raise ValidationError(
            _("Pictures of the kind “%(extension)s” are not taken. Save it as one of: %(known)s.")
            % {"extension": extension or "?", "known": ", ".join(settings.WAGTAILIMAGES_EXTENSIONS)}
        )
    file.seek(0)
    try:
        # Only the header is read here; the format is held to the name's, so no other decoder is ever tried.
        with Image.open(file, formats=[PILLOW_FORMATS[extension]]) as picture:
            _check_dimensions(picture)
            picture.draft("RGB", (picture.width // 8, picture.height // 8))
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_points() from error
    except BROKEN_PICTURE as error:
        raise ValidationError(
            _("“%(name)s” is no whole picture of the kind its name says. Open it on your computer and save it anew.")
            % {"name": PurePath(name).name}
        ) from error
    finally:
        file.seek(0)


def without_position(name: str, file: IO[bytes]) -> bytes | None:
    """Return the picture without what the camera noted (place, time, maker), or None when it says no place.

    Pictures as shown keep their camera's notes (Willow 1.12), so a photo from somebody's flat would tell where it is.
    The picture is turned as the notes say before they go.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=[PILLOW_FORMATS[extension_of(name)]]) as picture:
            if not _names_a_place(picture):
                return None
            turned = _turned(picture)
            for notes in ("exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif"):
                turned.info.pop(notes, None)
            clean = io.BytesIO()
            turned.save(clean, format=picture.format, quality=92, icc_profile=picture.info.get("icc_profile"))
            return clean.getvalue()
    finally:
        file.seek(0)


def check_document(name: str, file: IO[bytes]) -> None:
    """Raise ValidationError unless the content of `file` is what its name says; leaves it at its start."""
    extension = extension_of(name)
    check = DOCUMENT_CHECKS.get(extension)
    if check is None or extension not in settings.WAGTAILDOCS_EXTENSIONS:
        raise ValidationError(
            _("Files of the kind “%(extension)s” are not taken. Known are: %(known)s.")
            % {"extension": extension or "?", "known": ", ".join(settings.WAGTAILDOCS_EXTENSIONS)}
        )
    file.seek(0)
    try:
        if not file.read(1):
            raise ValidationError(_("The file is empty."))
        file.seek(0)
        if not check(file):
            raise ValidationError(
                _("“%(name)s” is not what its name says: the content is no %(extension)s file.")
                % {"name": PurePath(name).name, "extension": extension.upper()}
            )
    except ArchiveRefused as refusal:
        raise ValidationError(str(refusal)) from refusal
    finally:
        file.seek(0)


def _turned(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except BROKEN_PICTURE:
        return picture.copy()


def _names_a_place(picture: Image.Image) -> bool:
    xmp = picture.info.get("xmp") or b""
    if (b"GPS" if isinstance(xmp, bytes) else "GPS") in xmp:
        return True
    try:
        return bool(picture.getexif().get_ifd(GPS_TAG))
    except BROKEN_PICTURE:
        # Notes that cannot be read may still name a place.
        return True


def _check_dimensions(picture: Image.Image) -> None:
    frames = getattr(picture, "n_frames", 1)
    if frames > MAX_FRAMES:
        raise ValidationError(
            _("The picture moves through %(count)s frames; at most %(most)s are taken.")
            % {"count": frames, "most": MAX_FRAMES}
        )
    if picture.width * picture.height * frames > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise _too_many_points()


def _too_many_points() -> ValidationError:
    return ValidationError(
        _("The picture has more than %(most)s million points. Make it smaller first; 2,000 points wide are enough.")
        % {"most": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000}
    )


def _is_pdf(file: IO[bytes]) -> bool:
    return file.read(5) == b"%PDF-"


def _is_text(file: IO[bytes]) -> bool:
    """Text in UTF-8, UTF-16 with its mark or the old Vietnamese encoding, and no page that a browser would run."""
    head = file.read(HEAD_BYTES)
    encoding = next((name for bom, name in BOMS.items() if head.startswith(bom)), None)
    if encoding is None and b"\x00" in head:
        return False
    words = head.decode(encoding or "utf-8", errors="ignore").lstrip().lower().encode()
    if words.startswith(MARKUP_STARTS) or words.startswith((b"%pdf", b"pk\x03\x04", b"gif8", b"\x7felf", b"mz\x90")):
        return False
    return b"<script" not in words


def _is_captions(file: IO[bytes]) -> bool:
    return file.read(HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")


def _is_mp4(file: IO[bytes]) -> bool:
    return file.read(12)[4:8] == b"ftyp"


def _is_webm(file: IO[bytes]) -> bool:
    return file.read(4) == b"\x1a\x45\xdf\xa3"


def _is_zip(file: IO[bytes]) -> bool:
    if file.read(4) != b"PK\x03\x04":
        return False
    file.seek(0)
    open_archive(file, name="zip").close()
    return True


def _is_office(part: str) -> Callable[[IO[bytes]], bool]:
    """Return the check for a document of an office suite, which is a zip that holds `part` and no macros."""

    def check(file: IO[bytes]) -> bool:
        if file.read(4) != b"PK\x03\x04":
            return False
        file.seek(0)
        with open_archive(file, name="zip", allows_nested=True) as archive:
            names = [name.lower() for name in archive.namelist()]
            if any(macro in name for name in names for macro in MACRO_NAMES):
                raise ValidationError(_("The file holds macros. Save it without them."))
            return part in names and _is_readable(archive, part)

    return check


def _is_readable(archive: zipfile.ZipFile, name: str) -> bool:
    real_name = next(entry for entry in archive.namelist() if entry.lower() == name)
    try:
        with archive.open(real_name) as part:
            return bool(part.read(HEAD_BYTES))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError):
        return False


DOCUMENT_CHECKS: dict[str, Callable[[IO[bytes]], bool]] = {
    "csv": _is_text,
    "docx": _is_office("word/document.xml"),
    "mp4": _is_mp4,
    "odt": _is_office("content.xml"),
    "pdf": _is_pdf,
    "txt": _is_text,
    "vtt": _is_captions,
    "webm": _is_webm,
    "xlsx": _is_office("xl/workbook.xml"),
    "zip": _is_zip,
}
