"""The checker of translations, on a small source tree: what it finds, what it lets pass, what it writes."""

import polib
import pytest
from django.core.management import CommandError, call_command

from portal import catalogues, library_catalogues

GREETING = polib.POEntry(msgid="Hello %(name)s", msgstr="Chào %(name)s")
CASES = polib.POEntry(msgid="one case", msgid_plural="%(count)s cases", msgstr_plural={0: "%(count)s yêu cầu"})


def entry(text: str, translation: str, **more) -> polib.POEntry:
    return polib.POEntry(msgid=text, msgstr=translation, **more)


@pytest.fixture
def source(tmp_path, settings, monkeypatch):
    """A tree in which no app has a text, and every catalogue is there; no library brings texts."""
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(library_catalogues, "_libraries", lambda: iter([("wagtail.admin", tmp_path / "library")]))
    for name in (*catalogues.APPS, catalogues.LIBRARIES):
        write_catalogue(tmp_path, name=name)
    return tmp_path


def catalogue_path(source, name="kb"):
    return source / name / "locale" / "vi" / "LC_MESSAGES" / "django.po"


def write_catalogue(source, *entries, name="kb", is_compiled=True):
    path = catalogue_path(source, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=1; plural=0;"}
    catalogue.extend(entries)
    catalogue.save(str(path))
    if is_compiled:
        catalogue.save_as_mofile(str(path.with_suffix(".mo")))


def write_code(source, text, name="kb/views.py"):
    path = source / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def problems() -> list[str]:
    return list(catalogues.problems())


def test_a_finished_catalogue_has_no_problems(source):
    write_code(source, 'title = _("Hello %(name)s")\n')
    write_catalogue(source, GREETING)

    assert problems() == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("kb/views.py", '_("Call us")'),
        ("kb/models.py", 'label = gettext_lazy("Call "\n    "us")'),
        ("kb/forms/contact.py", 'pgettext("button", "Call us")'),
        ("kb/templates/kb/page.html", '<p>\n    {% translate "Call us" %}</p>'),
        (
            "kb/templates/kb/page.html",
            "{% if a > b %}{% blocktranslate trimmed %}\n  Call\n  us\n{% endblocktranslate %}",
        ),
        ("kb/templates/kb/page.html", '{% include "x.html" with label=_("Call us") only %}'),
        ("kb/templates/kb/letter.txt", '{% translate "Call us" context "letter" %}'),
    ],
)
def test_a_text_that_the_catalogue_lacks_is_found_with_its_file(source, name, code):
    write_code(source, code, name)

    assert problems() == [f"kb: not in the catalogue: “Call us” ({name})"]


def test_a_text_known_without_its_context_is_missing_with_it(source):
    write_code(source, 'pgettext("order", "Closed")\n')
    write_catalogue(source, entry("Closed", "Đã đóng"))

    assert problems() == ["kb: not in the catalogue: “Closed” (kb/views.py)"]


@pytest.mark.parametrize("name", ["kb/management/commands/x.py", "kb/migrations/0001_initial.py", "portal/demo/x.py"])
def test_what_a_developer_alone_meets_may_stay_english(source, name):
    write_code(source, '_("Rebuilt the index")\n', name)

    assert problems() == []


def test_an_app_without_a_catalogue_is_found(source):
    catalogue_path(source, "tracking").unlink()

    assert problems() == ["tracking: there is no django.po"]


def test_a_text_of_a_library_is_checked_like_ours(source):
    write_catalogue(source, entry("Log out", ""), name=catalogues.LIBRARIES)

    assert problems() == [f"{catalogues.LIBRARIES}: not translated: “Log out”"]


def test_an_untranslated_text_is_found(source):
    write_catalogue(source, entry("Call us", ""))

    assert problems() == ["kb: not translated: “Call us”"]


def test_an_untranslated_plural_is_found(source):
    write_catalogue(source, polib.POEntry(msgid="one case", msgid_plural="%(count)s cases", msgstr_plural={0: ""}))

    assert problems() == ["kb: not translated: “one case”"]


def test_a_fuzzy_text_is_found(source):
    # Left out of the compiled catalogue, as compilers do.
    write_catalogue(source)
    write_catalogue(source, entry("Call us", "Gọi cho chúng tôi", flags=["fuzzy"]), is_compiled=False)

    assert problems() == ["kb: fuzzy: “Call us”"]


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("Hello %(name)s", "Chào bạn"),
        ("Hello %(name)s", "Chào %(ten)s"),
        ("Hello %(name)s", "Chào %(name)d"),
        ("Hello", "Chào %(name)s"),
        ("%s files", "Các tệp"),
        ("At most {limit} files", "Nhiều nhất {} tệp"),
        ("About {share:.1f} per cent", "Khoảng {share} phần trăm"),
    ],
)
def test_a_translation_with_other_placeholders_is_found(source, text, translation):
    write_catalogue(source, entry(text, translation))

    assert problems() == [f"kb: placeholders differ: “{text}”"]


def test_a_plural_needs_the_number_that_its_english_plural_names(source):
    lost = polib.POEntry(msgid="one case", msgid_plural="%(count)s cases", msgstr_plural={0: "yêu cầu"})
    write_catalogue(source, lost)

    assert problems() == ["kb: placeholders differ: “one case”"]


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("%(first)s of %(last)s", "%(last)s, từ %(first)s"),
        ("10% discount", "Giảm 10%"),
        ("%(day)d/%(month)d", "%(day)d/%(month)d"),
        ("SKU", "SKU"),
    ],
)
def test_placeholders_in_another_order_and_texts_without_words_of_their_own_pass(source, text, translation):
    write_catalogue(source, entry(text, translation), CASES)

    assert problems() == []


@pytest.mark.parametrize(
    "same",
    [
        entry("Call us", "Call us"),
        polib.POEntry(msgid="one case", msgid_plural="%(count)s cases", msgstr_plural={0: "%(count)s cases"}),
    ],
    ids=["text", "plural"],
)
def test_a_text_translated_by_itself_is_found(source, same):
    write_catalogue(source, same)

    assert problems() == [f"kb: translated by itself: “{same.msgid}”"]


def test_a_catalogue_compiled_before_the_last_translation_is_found(source):
    write_catalogue(source, entry("Call us", "Gọi chúng tôi"))
    write_catalogue(source, entry("Call us", "Gọi cho chúng tôi"), is_compiled=False)

    assert problems() == ["kb: django.mo is older than django.po"]


def test_a_catalogue_that_was_never_compiled_is_found(source):
    catalogue_path(source).with_suffix(".mo").unlink()

    assert problems() == ["kb: django.mo is older than django.po"]


def test_writing_collects_new_texts_and_drops_those_nobody_uses(source):
    write_code(source, '_("Hello %(name)s")\n_("Call us")\nngettext("one case", "%(count)s cases", count)\n')
    gone = [entry("Fax us", "Gửi fax"), entry("Call us", "Gọi", obsolete=True)]
    write_catalogue(source, GREETING, *gone)

    list(catalogues.write_all())

    written = polib.pofile(str(catalogue_path(source)))
    assert [(one.msgid, one.msgstr) for one in written] == [
        ("Hello %(name)s", "Chào %(name)s"),
        ("Call us", ""),
        ("one case", ""),
    ]
    assert problems() == ["kb: not translated: “Call us”", "kb: not translated: “one case”"]


def test_writing_starts_the_catalogue_of_an_app_that_has_none(source):
    catalogue_path(source).unlink()
    write_code(source, '_("Call us")\n')

    list(catalogues.write_all())

    assert problems() == ["kb: not translated: “Call us”"]


def test_writing_compiles_what_was_translated_since(source):
    write_code(source, '_("Hello %(name)s")\n')
    write_catalogue(source, GREETING, is_compiled=False)
    write_catalogue(source, entry("Log out", "Đăng xuất"), name=catalogues.LIBRARIES, is_compiled=False)

    list(catalogues.write_all())

    assert problems() == []


def test_the_command_fails_and_names_every_text(source, capsys):
    write_catalogue(source, entry("Call us", ""), entry("Write to us", ""))

    with pytest.raises(CommandError, match="2 texts need a translator"):
        call_command("check_translations")

    errors = capsys.readouterr().err
    assert "“Call us”" in errors
    assert "“Write to us”" in errors


def test_the_command_is_content_with_finished_catalogues(source, capsys):
    call_command("check_translations")

    assert "Every text is translated and compiled." in capsys.readouterr().out


def write_library(source, *texts, language="en", domain="django"):
    path = source / "library" / language / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalogue.extend(entry(text, "" if language == "en" else "đã dịch") for text in texts)
    catalogue.save(str(path))


def test_a_text_that_a_library_lacks_in_vietnamese_is_found(source):
    write_library(source, "Save draft", "Publish", "Delete")
    write_library(source, "Publish", language="vi")
    write_catalogue(source, entry("Delete", "Xóa"), name=catalogues.LIBRARIES)

    assert list(library_catalogues.gaps()) == ["wagtail.admin: not in Vietnamese: “Save draft”"]


def test_a_text_of_a_librarys_scripts_is_found(source):
    write_library(source, "Drag", domain="djangojs")

    assert list(library_catalogues.gaps()) == ["wagtail.admin: not in Vietnamese: “Drag”"]


def test_a_name_that_needs_no_translation_is_let_pass(source):
    write_library(source, "Wagtail core")

    assert list(library_catalogues.gaps()) == []


def test_the_installed_libraries_have_no_gap():
    assert list(library_catalogues.gaps()) == []


def test_two_apps_do_not_translate_one_text_differently_but_a_context_tells_them_apart(source):
    write_code(source, 'label = _("Note")\n', name="kb/views.py")
    write_code(source, 'label = _("Note")\n', name="tracking/views.py")
    write_catalogue(source, entry("Note", "Lưu ý"), name="kb")
    write_catalogue(source, entry("Note", "Ghi chú"), name="tracking")

    assert problems() == ["tracking: “Note” is “Ghi chú” here, “Lưu ý” in kb: give one of them a context"]

    write_code(source, 'label = pgettext("of the staff", "Note")\n', name="tracking/views.py")
    write_catalogue(source, entry("Note", "Ghi chú", msgctxt="of the staff"), name="tracking")
    assert problems() == []
