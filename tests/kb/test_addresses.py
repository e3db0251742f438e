"""What an address answers after its article was replaced, moved, renamed, or was never translated."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from kb.models import ArticlePage, CategoryPage
from tests.factories.kb import make_article, make_category, restrict, text
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

OLD = "/vi/help/bao-hanh/cu/"


@pytest.fixture
def category(site_tree):
    return make_category(code="bao-hanh")


@pytest.fixture
def old(category):
    return make_article(category, title="Cũ")


@pytest.fixture
def new(category):
    return make_article(category, title="Mới", short_answer="Nay là 24 tháng.")


def replace(old, new):
    ArticlePage.objects.filter(pk=old.pk).update(replaced_by=new)
    old = ArticlePage.objects.get(pk=old.pk)
    if old.live:
        old.unpublish()
    return old


# --- Replaced ------------------------------------------------------------------------------------


def test_replaced_article_leads_to_the_one_that_holds(client, old, new):
    replace(old, new)

    response = client.get(OLD)

    page = response.content.decode()
    assert response.status_code == 410
    assert "Nay là 24 tháng." in page
    assert 'href="/vi/help/bao-hanh/moi/"' in page
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page


def test_chain_of_replacements_is_followed_to_the_last_live_one(client, category, old, new):
    middle = make_article(category, title="Giữa")
    replace(old, middle)
    replace(middle, new)

    assert 'href="/vi/help/bao-hanh/moi/"' in client.get(OLD).content.decode()


@pytest.mark.parametrize("length", [1, 2, 3])
def test_circle_in_the_data_ends_in_not_found(client, category, old, length):
    ring = [old, *(make_article(category) for _number in range(length - 1))]
    for place, article in enumerate(ring):
        replace(article, ring[(place + 1) % length])

    assert client.get(OLD).status_code == 404


def test_unpublished_article_without_replacement_is_not_found(client, old):
    old.unpublish()

    assert client.get(OLD).status_code == 404


@pytest.mark.parametrize(
    ("address", "words"),
    [("/vi/help/bao-hanh/thoi-han-moi/", "thoi han moi"), ("/vi/cu/thoi-han/", ""), ("/vi/help/%22%3E%3Cb/", "")],
)
def test_reader_who_is_lost_may_search_for_the_words_of_the_address(client, category, address, words):
    page = client.get(address).content.decode()

    assert f'id="error-search" type="search" name="q" value="{words}"' in page


def test_draft_with_a_replacement_is_not_found(client, category, new):
    make_article(category, title="Cũ", is_live=False, replaced_by=new)

    assert client.get(OLD).status_code == 404


def test_replaced_article_that_was_closed_tells_nothing(client, old, new):
    restrict(old)
    replace(old, new)

    response = client.get(OLD)

    assert response.status_code == 404
    assert "Cũ" not in response.content.decode()


def test_replacement_that_the_reader_may_not_see_is_not_told(client, old, new):
    restrict(new)
    replace(old, new)

    assert client.get(OLD).status_code == 404
    client.force_login(make_user())
    assert client.get(OLD).status_code == 410


def test_deleted_replacement_leaves_not_found(client, old, new):
    replace(old, new)
    new.delete()

    assert client.get(OLD).status_code == 404


def test_expired_article_is_replaced_before_the_clock_takes_it_down(client, old, new):
    past = timezone.now() - timedelta(seconds=1)
    ArticlePage.objects.filter(pk=old.pk).update(replaced_by=new, expire_at=past)

    assert client.get(OLD).status_code == 410


def test_published_article_with_a_replacement_is_still_shown(client, old, new):
    ArticlePage.objects.filter(pk=old.pk).update(replaced_by=new)

    assert client.get(OLD).status_code == 200


def test_old_translation_goes_with_its_twin(client, category, old, new):
    warranty = make_category(language="en", code="bao-hanh", title="Warranty", translation_key=category.translation_key)
    make_article(warranty, title="Old", translation_key=old.translation_key).unpublish()
    replace(old, new)

    untranslated = client.get("/en/help/warranty/old/").content.decode()
    make_article(warranty, title="New", translation_key=new.translation_key)
    translated = client.get("/en/help/warranty/old/").content.decode()

    assert 'href="/en/help/warranty/moi/"' in untranslated
    assert '<article class="card card--link" lang="vi">' in untranslated
    assert 'href="/en/help/warranty/new/"' in translated


# --- Not translated ------------------------------------------------------------------------------


@pytest.fixture
def warranty(category):
    return make_category(language="en", code="bao-hanh", title="Warranty", translation_key=category.translation_key)


def test_article_without_translation_is_shown_as_it_is_in_the_reader_s_frame(client, category, warranty):
    make_article(
        category, title="Thời hạn", short_answer="24 tháng.", body=[text("<h2>Từ khi nào</h2><p>Từ hôm nhận.</p>")]
    )

    links = {link.code: link for link in client.get("/vi/help/bao-hanh/thoi-han/").context["language_links"]}
    response = client.get(links["en"].url)

    page = response.content.decode()
    assert (links["en"].url, links["en"].is_translation) == ("/en/help/warranty/thoi-han/", False)
    assert response.status_code == 200
    assert '<html lang="en"' in page
    assert '<h1 class="page-title" lang="vi">Thời hạn</h1>' in page
    assert '<div class="prose" lang="vi">' in page
    assert '<p lang="vi">24 tháng.</p>' in page
    assert "This article has not been translated yet" in page
    assert '<a href="/en/help/warranty/">Warranty</a>' in page


def test_stand_in_is_known_to_search_engines_by_the_original_only(client, category, warranty):
    make_article(category, title="Thời hạn")

    page = client.get("/en/help/warranty/thoi-han/").content.decode()

    assert '<link rel="canonical" href="http://127.0.0.1:8000/vi/help/bao-hanh/thoi-han/">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert 'hreflang="en" href="http' not in page


def test_original_itself_is_neither_marked_nor_hidden(client, category):
    make_article(category, title="Thời hạn")

    page = client.get("/vi/help/bao-hanh/thoi-han/").content.decode()

    assert '<h1 class="page-title">Thời hạn</h1>' in page
    assert "noindex" not in page


def test_stand_in_below_categories_that_are_not_translated_keeps_their_slugs(client, category):
    make_article(make_category(parent=category, title="Máy giặt", code="may-giat"), title="Thời hạn")

    assert client.get("/en/help/bao-hanh/may-giat/thoi-han/").status_code == 200


def test_address_of_a_stand_in_leads_to_the_translation_once_there_is_one(client, category, warranty):
    article = make_article(category, title="Thời hạn")
    make_article(warranty, title="How long", translation_key=article.translation_key)

    response = client.get("/en/help/warranty/thoi-han/")

    assert (response.status_code, response["Location"]) == (302, "/en/help/warranty/how-long/")


def test_translation_that_is_still_a_draft_leaves_the_stand_in(client, category, warranty):
    article = make_article(category, title="Thời hạn")
    make_article(warranty, title="How long", translation_key=article.translation_key, is_live=False)

    assert client.get("/en/help/warranty/thoi-han/").status_code == 200
    assert client.get("/en/help/warranty/how-long/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/en/help/thoi-han/", "/en/help/warranty/x/thoi-han/", "/en/help/bao-hanh/thoi-han/"]
)
def test_slug_of_an_original_at_another_place_is_not_found(client, category, warranty, address):
    make_article(category, title="Thời hạn")

    assert client.get(address).status_code == 404


def test_closed_and_unpublished_originals_stand_in_for_nothing(client, category, warranty):
    restrict(make_article(category, title="Nội bộ"))
    make_article(category, title="Chưa xong", is_live=False)

    assert client.get("/en/help/warranty/noi-bo/").status_code == 404
    assert client.get("/en/help/warranty/chua-xong/").status_code == 404


def test_vietnamese_reader_gets_the_english_original_where_there_is_no_other(client, category, warranty):
    make_article(warranty, title="How long")

    page = client.get("/vi/help/bao-hanh/how-long/").content.decode()

    assert '<h1 class="page-title" lang="en">How long</h1>' in page
    assert "chưa được dịch" in page


# --- Moved and renamed ---------------------------------------------------------------------------


@pytest.fixture
def rename(django_capture_on_commit_callbacks):
    """Give a page another slug, published and committed."""

    def rename(page, slug):
        with django_capture_on_commit_callbacks(execute=True):
            page.slug = slug
            page.save_revision().publish()

    return rename


def location(client, address):
    response = client.get(address)
    assert response.status_code == 301, response.status_code
    return response["Location"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_renamed_category_leaves_redirects_for_all_below_it(client, site_tree, rename, language):
    top = make_category(language=language, title="Repairs", code="repairs")
    make_article(make_category(parent=top, title="Washers", code="washers"), title="Noise")

    rename(CategoryPage.objects.get(pk=top.pk), "service")

    before, after = f"/{language}/help/repairs/", f"/{language}/help/service/"
    for below in ("", "washers/", "washers/noise/"):
        assert location(client, before + below) == after + below
        assert client.get(after + below).status_code == 200


def test_moved_article_keeps_its_old_address_and_the_query(client, category, old):
    old.move(make_category(title="Sửa chữa", code="sua-chua"), pos="last-child")

    assert location(client, OLD) == "/vi/help/sua-chua/cu/"
    assert location(client, f"{OLD}?utm_source=thu") == "/vi/help/sua-chua/cu/?utm_source=thu"


def test_article_renamed_twice_needs_one_step_from_each_address(client, old, rename):
    for slug in ("hai", "ba"):
        rename(old, slug)

    assert location(client, OLD) == "/vi/help/bao-hanh/ba/"
    assert location(client, "/vi/help/bao-hanh/hai/") == "/vi/help/bao-hanh/ba/"


def test_article_renamed_back_is_shown_and_runs_in_no_circle(client, old, rename):
    for slug in ("hai", "cu"):
        rename(old, slug)

    assert client.get(OLD).status_code == 200
    assert location(client, "/vi/help/bao-hanh/hai/") == OLD


def test_redirect_to_an_unpublished_article_tells_what_replaced_it(client, old, new, rename):
    rename(old, "hai")
    replace(old, new)

    assert location(client, OLD) == "/vi/help/bao-hanh/hai/"
    assert client.get("/vi/help/bao-hanh/hai/").status_code == 410


def test_redirects_stay_below_their_language(client, old, rename):
    rename(old, "hai")

    assert Redirect.objects.get().old_path == OLD.rstrip("/")
