"""What readers type, and what they find."""

import unicodedata

import pytest

from kb import search


def titles(text, language="vi", **filters):
    return [hit.title for hit in search.search(text, language=language, **filters).hits]


@pytest.mark.parametrize(
    "typed",
    [
        "bảo hành",
        "bao hanh",
        "BẢO HÀNH",
        unicodedata.normalize("NFD", "bảo hành"),
        "bảo hanh",
        "bao3 ha2nh",
        "bảo hànnh",
        "thời hạn bảo hành là bao lâu vậy ạ",
        "bao han",
        "baor hanhf",
        "baohanh",
    ],
)
def test_warranty_is_found_however_it_is_typed(shop, typed):
    assert titles(typed)[0] == shop.warranty.title
