"""What the pages tell search engines agrees with schema.org's definitions; a fault in it is found."""

import json

import pytest

from kb.models import ArticlePage, FaqPage, MaintenancePage
from tests import schema_org
from tests.factories import blocks as make
from tests.factories.kb import heading, make_article, make_category, make_product, steps, text

pytestmark = pytest.mark.django_db

QUESTION = {"@type": "Question", "name": "?", "acceptedAnswer": {"@type": "Answer", "text": "!"}}


def described(data) -> dict:
    return {"@context": "https://schema.org", **data}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"@type": "FaqPage"}, "there is no type 'FaqPage'"),
        ({"@type": "FAQPage", "questions": [QUESTION]}, "$.questions: there is no such property"),
        ({"@type": "FAQPage", "step": "x"}, "$.step: not a property of FAQPage"),
        ({"@type": "HowTo", "totalTime": "20 minutes"}, "$.totalTime: '20 minutes' is none of ['Duration']"),
        ({"@type": "Product", "image": "/media/1.webp"}, "$.image: '/media/1.webp' is none of ['ImageObject', 'URL']"),
        ({"@type": "Offer", "availability": "https://schema.org/Soon"}, "is none of ['ItemAvailability']"),
        ({"@type": "TechArticle", "datePublished": "21/11/2026"}, "is none of ['Date', 'DateTime']"),
        ({"@type": "FAQPage", "mainEntity": {"@type": "Question", "name": ""}}, "$.mainEntity.name: empty"),
    ],
)
def test_a_fault_is_found(data, fault):
    assert any(fault in problem for problem in schema_org.problems(described(data)))


def test_data_without_a_context_is_found():
    assert list(schema_org.problems({"@type": "FAQPage"})) == ["$: @context is None"]


def test_what_schema_org_shows_as_an_example_passes():
    data = described(
        {
            "@type": "HowTo",
            "name": "Thay lõi lọc",
            "totalTime": "PT20M",
            "step": [{"@type": "HowToStep", "text": "Khóa van."}],
        }
    )

    assert list(schema_org.problems(data)) == []


@pytest.fixture
def pages(site_tree):
    """The addresses of one page of each kind, with what makes its data rich."""
    category = make_category()
    product = make_product(specifications=[("Khối lượng", "8,5 kg")], summary="Giặt êm.", tasks=[("Vệ sinh lồng", 1)])
    common = {"short_answer": "Trong 15 ngày.", "products": [product]}
    articles = [
        make_article(category, body=[text("<h2>Khi nào</h2><p>Mãi mãi & luôn < 3</p>")], **common),
        make_article(category, model=FaqPage, body=[text("<p>Có.</p>")], **common),
        make_article(category, model=MaintenancePage, body=[steps("Khóa van.", "Mở nắp.")], minutes=20, **common),
    ]
    return {
        "article": articles[0].url,
        "faq": articles[1].url,
        "maintenance": articles[2].url,
        "category": category.url,
        "product": product.get_absolute_url(),
    }


@pytest.mark.parametrize(
    ("kind", "types"),
    [
        ("article", {"TechArticle", "BreadcrumbList"}),
        ("faq", {"FAQPage", "BreadcrumbList"}),
        ("maintenance", {"HowTo", "BreadcrumbList"}),
        ("product", {"Product", "BreadcrumbList"}),
        ("category", {"BreadcrumbList"}),
    ],
)
def test_each_kind_of_page_describes_itself_by_the_definitions(client, pages, kind, types):
    scripts = schema_org.scripts_in(client.get(pages[kind]).content.decode())

    assert {script["@type"] for script in scripts} >= types
    assert [problem for script in scripts for problem in schema_org.problems(script)] == []


def test_a_title_cannot_leave_its_script(client, site_tree):
    article = make_article(make_category(), title="</script><script>alert(1)</script>")

    html = client.get(article.url).content.decode()

    assert "<script>alert(1)" not in html
    assert any("alert(1)" in json.dumps(script) for script in schema_org.scripts_in(html))


def scripts_of(client, model, body, **fields):
    article = make_article(make_category(), model=model, title="Vệ sinh máy", body=body, **fields)
    scripts = schema_org.scripts_in(client.get(article.url).content.decode())
    assert [problem for script in scripts for problem in schema_org.problems(script)] == []
    return {script["@type"]: script for script in scripts}


def test_steps_become_a_guide_with_time_and_whole_addresses_of_pictures(client, site_tree):
    lines = [make.step("Khóa &amp; mở", minutes=30), make.step("Vặn", image=make.make_image(), minutes=60)]

    guide = scripts_of(client, ArticlePage, [heading("Làm sao"), make.steps_block(*lines)])["HowTo"]

    assert (guide["name"], guide["totalTime"]) == ("Làm sao", "PT1H30M")
    assert [step["text"] for step in guide["step"]] == ["Khóa & mở", "Vặn"]
    assert guide["step"][1]["image"].startswith("http")


def test_guide_in_several_parts_has_sections_and_its_own_time(client, site_tree):
    parts = [make.steps_block(make.step("Tháo"), title="Tháo ra"), make.steps_block(make.step("Lắp"), title="Lắp vào")]

    guide = scripts_of(client, MaintenancePage, parts, minutes=20, tools="Khăn")["HowTo"]

    assert [(part["@type"], part["name"]) for part in guide["step"]] == [
        ("HowToSection", "Tháo ra"),
        ("HowToSection", "Lắp vào"),
    ]
    assert (guide["totalTime"], guide["tool"][0]["name"]) == ("PT20M", "Khăn")


@pytest.mark.parametrize(("model", "own"), [(FaqPage, ["Vệ sinh máy"]), (ArticlePage, []), (MaintenancePage, [])])
def test_questions_inside_an_article_are_described(client, site_tree, model, own):
    scripts = scripts_of(
        client, model, [make.faq_block(("Mất phí?", "Không <b>hề</b>."), ("Chưa đáp?", ""))], short_answer="Mỗi tháng."
    )

    questions = scripts["FAQPage"]["mainEntity"]
    assert [question["name"] for question in questions] == [*own, "Mất phí?"]
    assert questions[-1]["acceptedAnswer"]["text"] == "Không hề."
