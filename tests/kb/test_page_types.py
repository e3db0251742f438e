"""Which page stands below which, and what an editor is offered there."""

import pytest
from django.utils.translation import override
from wagtail.models import Page

from kb.blocks.text import INLINE_FEATURES, TEXT_FEATURES
from kb.models import ArticlePage, CategoryPage, FaqPage, HelpIndexPage, MaintenancePage, PolicyPage
from portal.models import HomePage
from tests.factories.kb import make_category

pytestmark = pytest.mark.django_db

ARTICLES = [ArticlePage, FaqPage, MaintenancePage, PolicyPage]


@pytest.mark.parametrize(
    ("parent", "children"),
    [
        (HomePage, {HelpIndexPage}),
        (HelpIndexPage, {CategoryPage}),
        (CategoryPage, {CategoryPage, *ARTICLES}),
        *((article, set()) for article in ARTICLES),
    ],
)
def test_each_page_type_takes_the_children_it_is_made_for(parent, children):
    assert set(parent.allowed_subpage_models()) == children


def test_a_plain_page_of_wagtails_is_offered_nowhere():
    assert not any(Page in parent.allowed_subpage_models() for parent in (HomePage, HelpIndexPage, CategoryPage))


def test_below_a_category_an_editor_chooses_among_five_types(admin_client, site_tree):
    category = make_category()

    response = admin_client.get(f"/admin/pages/{category.pk}/add_subpage/")

    assert {item[2] for item in response.context["page_types"]} == {
        model._meta.model_name for model in (CategoryPage, *ARTICLES)
    }


@pytest.mark.parametrize("kind", ["helpindexpage", "articlepage"])
def test_a_type_cannot_be_made_at_a_place_it_is_not_for(admin_client, site_tree, kind):
    wrong = site_tree["vi"] if kind == "articlepage" else make_category()

    assert admin_client.get(f"/admin/pages/add/kb/{kind}/{wrong.pk}/").status_code in (302, 403)


def test_rich_text_begins_at_the_second_heading_and_embeds_nothing():
    assert {"h2", "h3"} <= set(TEXT_FEATURES)
    assert not {"h1", "h4", "h5", "h6", "image", "embed", "hr"} & {*TEXT_FEATURES, *INLINE_FEATURES}
    assert not {"h2", "h3"} & set(INLINE_FEATURES)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_field_of_an_article_is_explained(language):
    explained = [
        "short_answer", "keywords", "products", "question", "audience", "also_in", "replaced_by", "image_alt",
        "last_checked_on", "checked_for",
    ]  # fmt: skip
    with override(language):
        texts = {name: str(ArticlePage._meta.get_field(name).help_text) for name in explained}

    assert [name for name, text in texts.items() if len(text) < 20] == []
