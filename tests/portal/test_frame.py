"""The frame that every page stands in, its fragments and its style sheets."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from portal.context_processors import language_links
from tests.factories.people import make_user
from tests.factories.personalization import store_preferences

CSS = settings.BASE_DIR / "static" / "css"
MAX_CSS_BYTES = 35 * 1024


class QuestionForm(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="We answer to this address.")
    topics = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    agreed = forms.BooleanField(label="I agree", help_text="You can stop at any time.")


def soup_of(html: str | bytes) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


@pytest.fixture
def home(client, site_tree):
    return soup_of(client.get("/vi/").content)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_page_says_its_language_and_links_to_the_other(client, site_tree, language):
    page = soup_of(client.get(f"/{language}/").content)

    other = {"vi": "en", "en": "vi"}[language]
    assert page.html["lang"] == language
    assert page.select_one(f'header a[hreflang="{other}"]')["href"] == f"/{other}/"


def test_page_has_each_landmark_once_and_one_headline(home):
    assert [len(home.select(part)) for part in ("body > header", "main", "body > footer", "h1")] == [1, 1, 1, 1]
    assert all(nav.get("aria-label") or nav.get("aria-labelledby") for nav in home.select("nav"))


def test_first_link_skips_to_the_content(home):
    first = home.body.find("a")

    assert first["href"] == "#main"
    assert home.select_one("main")["id"] == "main"


def test_page_has_no_inline_style_and_no_inline_script(home):
    inline_scripts = [tag for tag in home.find_all("script") if not tag.get("src") and not tag.get("nonce")]
    handlers = [tag.name for tag in home.find_all(True) if any(name.startswith("on") for name in tag.attrs)]

    assert not home.find_all(style=True) and not home.find_all("style")
    assert not inline_scripts
    assert not handlers


def test_page_asks_no_third_party(home):
    addresses = [tag.get("src") or tag.get("href") for tag in home.select("link, script, img, use, form[action]")]

    assert [address for address in addresses if address and re.match(r"(https?:)?//", address)] == []


def test_every_static_file_that_the_frame_names_exists(home):
    addresses = {tag.get("src") or tag.get("href") for tag in home.select("link, script, img, use")}
    names = {
        address.partition("#")[0].removeprefix("/static/") for address in addresses if address.startswith("/static/")
    }

    assert len(names) > 8
    assert [name for name in names if finders.find(name) is None] == []


def test_every_icon_that_a_template_names_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="i-([a-z-]+)"', (settings.BASE_DIR / "static/img/icons.svg").read_text()))
    templates = [
        path
        for app in ("portal", "support", "kb", "tracking", "personalization")
        for path in (settings.BASE_DIR / app).rglob("*.html")
    ]
    call = re.compile(r'include "includes/(?:icon\.html" with name|(?:badge|empty_state)\.html"[^%]* icon)="([a-z-]+)"')

    missing = {(path.name, name) for path in templates for name in call.findall(path.read_text()) if name not in drawn}

    assert missing == set()


def test_every_file_that_a_style_sheet_names_exists():
    named = {
        (sheet, name) for sheet in CSS.glob("*.css") for name in re.findall(r'url\("([^"]+)"\)', sheet.read_text())
    }

    assert named
    assert [name for sheet, name in named if not (sheet.parent / name).resolve().exists()] == []


def test_anonymous_page_sets_no_cookie(client, site_tree):
    assert not client.get("/vi/").cookies


def test_signing_out_keeps_the_language_of_the_page(client, site_tree, django_user_model):
    client.force_login(django_user_model.objects.create_user("an@example.com"))

    response = client.post("/vi/accounts/logout/", headers={"accept-language": "en"})

    assert response.url == "/vi/"


def test_signing_out_leaves_no_message_to_the_next_person_at_the_browser(client, site_tree):
    user = make_user("an@example.com")
    store_preferences(user)
    client.force_login(user)
    client.post(reverse("preference_appearance"), {"theme": "dark"})

    client.post("/vi/accounts/logout/")

    page = client.get("/vi/").text
    assert "Hoàn tác" not in page
    assert "đăng xuất" in page


def test_account_menu_is_for_the_signed_in_only(client, site_tree, django_user_model):
    before = soup_of(client.get("/vi/").content)
    client.force_login(django_user_model.objects.create_user("an@example.com", full_name="Nguyễn Văn An"))

    after = soup_of(client.get("/vi/").content)

    assert "Đăng nhập" in before.header.text and "Đăng xuất" not in before.header.text
    assert "Đăng xuất" in after.header.text and "An" in after.select("[data-menu] summary")[-1].text
    assert "Quản trị" not in after.header.text


@pytest.mark.parametrize(("address", "expected"), [
    ("/vi/search/?q=a&page=2", "/en/search/?q=a&page=2"),
    ("/vi", "/en"),
    ("/vietnam/", "/en/"),
    ("/admin/", "/en/"),
])  # fmt: skip
def test_language_link_keeps_the_address_where_it_has_a_language(address, expected):
    links = language_links(RequestFactory().get(address))

    assert {link["code"]: link["url"] for link in links}["en"] == expected


@pytest.mark.parametrize(("address", "sentence"), [
    ("/vi/khong-co/", "Chúng tôi không tìm thấy trang này"),
    ("/en/nothing/", "We cannot find this page"),
    ("/xx/", "Chúng tôi không tìm thấy trang này"),  # an unknown language: sent to /vi/xx/ first
])  # fmt: skip
def test_unknown_address_offers_search(client, site_tree, address, sentence):
    response = client.get(address, follow=True)

    page = soup_of(response.content)
    assert response.status_code == 404
    assert page.h1.text == sentence
    assert page.select_one('main form[role="search"] input[name="q"]')


@pytest.mark.parametrize("template", ["500.html", "400.html"])
def test_error_without_a_context_speaks_both_languages(template):
    page = soup_of(render_to_string(template))

    assert page.html["lang"] == "vi" and page.select_one('[lang="en"] h2')
    assert page.select_one('form[role="search"]')["action"] == "/vi/search/"


def test_refused_field_is_described_by_its_hint_and_its_error():
    form = QuestionForm({"email": "nobody"})

    page = soup_of("".join(render_to_string("includes/field.html", {"field": field}) for field in form))

    described = [tag["aria-describedby"].split() for tag in page.select("[aria-describedby]")]
    assert len(described) == 3
    assert [name for names in described for name in names if page.find(id=name) is None] == []
    assert page.select_one("#id_email")["aria-invalid"] == "true"
    assert len(page.select(".field__error")) == 3


def test_summary_of_errors_links_to_the_fields():
    form = QuestionForm({"email": "nobody"})

    page = soup_of(render_to_string("includes/form_errors.html", {"form": form}))

    assert page.select_one('[role="alert"] a[href="#id_email"]')
    assert len(page.select("li")) == 3


def test_accepted_form_shows_no_summary():
    form = QuestionForm({"email": "an@example.com", "topics": ["a"], "agreed": "on"})

    assert render_to_string("includes/form_errors.html", {"form": form}).strip() == ""


@pytest.mark.parametrize(("page", "page_count", "targets"), [
    (1, 1, []),
    (1, 3, ["?q=a&page=2"]),
    (2, 3, ["?q=a&page=1", "?q=a&page=3"]),
    (3, 3, ["?q=a&page=2"]),
])  # fmt: skip
def test_pagination_links_only_to_pages_that_exist(page, page_count, targets):
    html = render_to_string("includes/pagination.html", {"page": page, "page_count": page_count, "base_query": "q=a&"})

    assert [link["href"] for link in soup_of(html).select("a")] == targets


def test_fragments_escape_what_they_are_given():
    html = render_to_string(
        "includes/notice.html", {"kind": "info", "title": "<b>", "text": "<script>alert(1)</script>"}
    )

    assert "<script>" not in html and "<b>" not in html


# --- Style sheets ------------------------------------------------------------------------------------


def colours(theme: str) -> dict[str, str]:
    """The tokens of tokens.css as hex colours, for "light" or "dark"."""
    text = (CSS / "tokens.css").read_text()
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", text))
    for name, light, dark in re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", text):
        found[name] = light if theme == "light" else dark
    return found


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two hex colours."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_ON_GROUND = [
    *((ink, ground) for ink in ("ink", "ink-soft", "brand") for ground in ("paper", "surface", "surface-sunken")),
    ("ink", "brand-soft"), ("on-brand", "brand"), ("on-brand", "brand-strong"), ("on-brand-soft", "brand-soft"),
    ("ink", "accent-soft"), ("ink", "mark"),
    *((f"{kind}-ink", f"{kind}-soft") for kind in ("info", "ok", "warn", "bad")),
    ("bad-ink", "surface"), ("bad-ink", "paper"), ("ink", "warn-soft"), ("brand", "brand-soft"),
    ("on-deep", "deep"), ("on-deep-soft", "deep"), ("on-deep-button", "deep-button"),
]  # fmt: skip
EDGE_ON_GROUND = [(edge, ground) for edge in ("line-strong", "focus") for ground in ("paper", "surface")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_have_the_contrast_that_wcag_asks_for(theme):
    colour = colours(theme)

    too_weak = [
        (one, other, round(contrast(colour[one], colour[other]), 2))
        for pairs, least in ((TEXT_ON_GROUND, 4.5), (EDGE_ON_GROUND, 3.0))
        for one, other in pairs
        if contrast(colour[one], colour[other]) < least
    ]

    assert too_weak == []


def test_colours_are_named_in_the_tokens_only():
    others = [sheet for sheet in CSS.glob("*.css") if sheet.name not in ("tokens.css", "print.css")]

    assert {sheet.name: re.findall(r"#[0-9a-f]{3,8}\b|rgb\(", sheet.read_text()) for sheet in others} == {
        sheet.name: [] for sheet in others
    }


def test_design_notes_name_only_classes_that_exist():
    styles = "".join(sheet.read_text() for sheet in CSS.glob("*.css"))
    notes = (settings.BASE_DIR / "docs" / "design.md").read_text()
    named = set(re.findall(r"`(?:a|p|ol|ul|nav|tr|figure)?\.([a-z][a-z_-]+)`", notes))
    named |= {name for names in re.findall(r'class="([a-z_ -]+)"', notes) for name in names.split()}

    assert len(named) > 40
    assert sorted(name for name in named if not re.search(rf"\.{name}\b", styles)) == []


def test_style_sheets_stay_small():
    sheets: list[Path] = sorted(CSS.glob("*.css"))

    assert sum(sheet.stat().st_size for sheet in sheets) <= MAX_CSS_BYTES
    assert [sheet.name for sheet in sheets if len(sheet.read_text().splitlines()) > 400] == []
