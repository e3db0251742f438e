"""What the pages tell search engines agrees with schema.org's definitions; a fault in it is found."""

import json

import pytest

from kb.models import FaqPage, MaintenancePage
from tests import schema_org
from tests.factories.kb import make_article, make_category, make_product, steps, text

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
