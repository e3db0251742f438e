"""What editors bring into the admin: whole pictures, honest documents; everything else gets a sentence."""

import io
import json
import random
import struct
import zipfile
import zlib

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from portal.lib.uploads import DOCUMENT_CHECKS
from portal.models import User

pytestmark = pytest.mark.django_db

GPS_TAG = 0x8825


@pytest.fixture
def admin(client):
    """A client signed in as an administrator; second factors are tested elsewhere."""
    user = User.objects.create_superuser("an@example.test", "x")
    client.force_login(user)
    return client


def picture(kind="PNG", size=(60, 40), **options):
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, format=kind, **options)
    return file.getvalue()


def noisy_jpeg():
    random.seed(1)
    file = io.BytesIO()
    Image.frombytes("RGB", (120, 120), random.randbytes(120 * 120 * 3)).save(file, format="JPEG")
    return file.getvalue()


def photo_with_place():
    notes = Image.Exif()
    notes[0x0112] = 6  # turned by a quarter
    notes.get_ifd(GPS_TAG).update({1: "N", 2: (21.0, 1.0, 42.0), 3: "E", 4: (105.0, 51.0, 12.0)})
    return picture("JPEG", exif=notes)


def moving_picture(frames):
    file = io.BytesIO()
    pictures = [Image.new("RGB", (4, 4), (number % 256, number // 256, 0)) for number in range(frames)]
    pictures[0].save(file, format="GIF", save_all=True, append_images=pictures[1:])
    return file.getvalue()


def huge_png():
    """The header of a picture of 100 megapixels with next to nothing behind it."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 90))
        + chunk(b"IEND", b"")
    )


def zip_of(*names, content=b"x"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


def upload(admin, kind, name, content, *, title="Hình chụp"):
    return admin.post(
        f"/admin/{kind}/add/",
        {
            "title": title, "collection": Collection.get_first_root_node().pk, "tags": "", "description": "Mặt trước của máy",
            "file": SimpleUploadedFile(name, content),
            "focal_point_x": "", "focal_point_y": "", "focal_point_width": "", "focal_point_height": "",
        },
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_whole_picture_is_taken(admin, kind):
    response = upload(admin, "images", f"anh.{kind.lower()}", picture(kind))

    assert response.status_code == 302
    assert get_image_model().objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("anh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "svg"),
        ("anh.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "không phải một hình nguyên vẹn"),
        ("anh.png", b"<html><script>alert(1)</script>", "không phải một hình nguyên vẹn"),
        ("anh.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "không phải một hình nguyên vẹn"),
        ("anh.png", picture("JPEG"), "không phải một hình nguyên vẹn"),
        ("anh.jpg", noisy_jpeg()[:-4000], "không phải một hình nguyên vẹn"),
        ("anh.png", huge_png(), "triệu điểm ảnh"),
        ("anh.gif", moving_picture(301), "301 khung"),
        ("anh.png", b"", "rỗng"),
        ("anh.exe", picture(), "exe"),
        ("anh", picture(), "?"),
    ],
)
def test_hostile_or_broken_picture_gets_a_sentence_and_keeps_the_form(admin, name, content, words):
    response = upload(admin, "images", name, content, title="Ảnh cửa máy")

    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    assert "Ảnh cửa máy" in page
    assert get_image_model().objects.count() == 0


def test_picture_sent_among_many_is_judged_too(admin):
    response = admin.post(
        "/admin/images/multiple/add/",
        {"title": "x", "files[]": SimpleUploadedFile("anh.png", b"<html>"), "collection": "1"},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )

    answer = json.loads(response.content)
    assert answer["success"] is False
    assert "không phải một hình nguyên vẹn" in answer["error_message"]


def test_photo_forgets_where_it_was_taken_and_stands_upright(admin):
    upload(admin, "images", "anh.jpg", photo_with_place())

    with Image.open(get_image_model().objects.get().file) as kept:
        assert not kept.getexif()
        assert kept.size == (40, 60)


@pytest.mark.parametrize(
    "name", ["../../etc/anh.png", "a" * 300 + ".png", "anh\u202egnp.png", "Ảnh đẹp của bạn.png", "..\\..\\anh.png"]
)
def test_name_with_tricks_becomes_a_plain_one(admin, name):
    response = upload(admin, "images", name, picture(), title="Ảnh\u202e đẹp")

    assert response.status_code == 302
    image = get_image_model().objects.get()
    assert image.title == "Ảnh đẹp"
    stored = image.file.name.removeprefix("original_images/")
    assert "/" not in stored
    assert stored.isascii()
    assert len(image.file.name) <= 100


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("gia.pdf", b"%PDF-1.7\n..."),
        ("gia.csv", "Mã,Giá\nLK-1,75.000".encode()),
        ("gia.txt", "Giá".encode("utf-16")),
        ("gia.docx", zip_of("[Content_Types].xml", "word/document.xml")),
        ("gia.xlsx", zip_of("[Content_Types].xml", "xl/workbook.xml")),
        ("gia.zip", zip_of("gia.txt")),
    ],
)
def test_honest_document_is_taken(admin, name, content):
    assert upload(admin, "documents", name, content).status_code == 302
    assert get_document_model().objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gia.pdf", b"<html><script>alert(1)</script>", "không phải tệp PDF"),
        ("gia.pdf", b"MZ\x90\x00", "không phải tệp PDF"),
        ("gia.txt", b"<!DOCTYPE html><p>x", "không phải tệp TXT"),
        ("gia.csv", b"a,b\n<script>alert(1)</script>", "không phải tệp CSV"),
        ("gia.txt", b"\x7fELF\x00\x01", "không phải tệp TXT"),
        ("gia.docx", b"<html>", "không phải tệp DOCX"),
        ("gia.docx", zip_of("xl/workbook.xml"), "không phải tệp DOCX"),
        ("gia.docx", zip_of("word/document.xml", "word/vbaProject.bin"), "macro"),
        ("gia.xlsx", b"PK\x03\x04 broken", "không phải tệp zip đọc được"),
        ("gia.zip", zip_of("0", content=b"0" * 50_000_000), "bom"),
        ("gia.zip", zip_of("../gia.txt"), "ngoài"),
        ("gia.zip", zip_of("trong.zip"), "tệp nén khác"),
        ("gia.html", b"<p>", "html"),
        ("gia.pdf.exe", b"%PDF-1.7", "exe"),
        ("gia.pdf", b"", "rỗng"),
    ],
)
def test_document_that_is_not_what_its_name_says_is_refused(admin, name, content, words):
    response = upload(admin, "documents", name, content, title="Bảng giá 2026")

    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    assert "Bảng giá 2026" in page
    assert get_document_model().objects.count() == 0


def test_every_kind_of_document_that_is_taken_has_its_check():
    assert set(settings.WAGTAILDOCS_EXTENSIONS) <= DOCUMENT_CHECKS.keys()


def test_document_is_saved_by_the_browser_and_can_run_nothing(admin, client):
    upload(admin, "documents", "gia.pdf", b"%PDF-1.7")
    document = get_document_model().objects.get()

    response = client.get(document.url)

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_document_whose_file_is_gone_is_not_found(admin):
    upload(admin, "documents", "gia.pdf", b"%PDF-1.7")
    document = get_document_model().objects.get()
    document.file.storage.delete(document.file.name)

    assert admin.get(document.url).status_code == 404
