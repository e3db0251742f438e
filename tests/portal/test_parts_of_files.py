"""Video players read a file in parts; everybody else gets the whole."""

import pytest

from tests.factories.blocks import make_document

pytestmark = pytest.mark.django_db

CONTENT = b"\x00\x00\x00\x18ftypmp42" + bytes(range(88))  # 100 bytes


@pytest.fixture
def address():
    return make_document("may-giat.mp4", CONTENT).url


def body_of(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-1", 0, 1), ("bytes=90-", 90, 99), ("bytes=-5", 95, 99), ("bytes=50-500", 50, 99), ("bytes=-500", 0, 99)],
)
def test_a_part_is_sent_where_one_is_asked_for(client, address, asked, first, last):
    response = client.get(address, headers={"range": asked})

    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/100"
    assert response.headers["Content-Type"] == "video/mp4"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert body_of(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize(
    "asked", ["", "bytes=-", "bytes=0-1,5-6", "bytes=x-y", "lines=1-2", "bytes=٣-٤", "bytes=1-" + "9" * 40]
)
def test_the_whole_is_sent_for_anything_else(client, address, asked):
    response = client.get(address, headers={"range": asked} if asked else {})

    assert (response.status_code, response.headers["Accept-Ranges"]) == (200, "bytes")
    assert body_of(response) == CONTENT


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=7-3", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(client, address, asked):
    response = client.get(address, headers={"range": asked})

    assert (response.status_code, response.headers["Content-Range"]) == (416, "bytes */100")


def test_a_changed_file_is_sent_anew(client, address):
    whole = client.get(address)
    unchanged = {"range": "bytes=0-1", "if-range": whole.headers["Last-Modified"]}

    assert client.get(address, headers=unchanged).status_code == 206
    assert client.get(address, headers={"range": "bytes=0-1", "if-range": '"other"'}).status_code == 200


def test_a_file_that_is_gone_is_not_found(client):
    document = make_document("may-giat.mp4", CONTENT)
    document.file.storage.delete(document.file.name)

    assert client.get(document.url, headers={"range": "bytes=0-1"}).status_code == 404
