"""What a chat shows of a shared link: title, short answer, a picture with a whole address."""

import re

import pytest
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from tests.factories.kb import make_article, make_category, make_product

pytestmark = pytest.mark.django_db


def card_of(client, address) -> dict[str, str]:
    html = client.get(address).content.decode()
    return dict(re.findall(r'<meta (?:property|name)="(og:[\w:]+|twitter:card)" content="([^"]*)">', html))


@pytest.fixture
def image(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return get_image_model().objects.create(title="Máy", file=get_test_image_file())


def test_an_article_shows_its_title_its_short_answer_and_its_picture(client, site_tree, image):
    article = make_article(
        make_category(), title='Lỗi "E2"', short_answer="Vệ sinh lưới lọc.", image=image, image_alt="Lưới lọc"
    )

    card = card_of(client, article.url)

    assert card["og:title"] == "Lỗi &quot;E2&quot;"
    assert card["og:description"] == "Vệ sinh lưới lọc."
    assert card["og:url"] == f"http://127.0.0.1:8000{article.url}"
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/media/images/\S+1200x630\S*\.jpg", card["og:image"])
    assert card["og:site_name"]
    assert (card["og:image:alt"], card["og:locale"], card["twitter:card"]) == (
        "Lưới lọc",
        "vi_VN",
        "summary_large_image",
    )


def test_a_page_without_a_picture_shows_the_shops(client, site_tree):
    category = make_category()
    addresses = [category.url, "/vi/help/", "/vi/", make_article(category).url, make_product().get_absolute_url()]

    pictures = {card_of(client, address)["og:image"] for address in addresses}

    assert pictures == {"http://127.0.0.1:8000/static/img/social.png"}
