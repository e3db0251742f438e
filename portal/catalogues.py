"""The Vietnamese catalogues: collect the texts of our apps, compile them, and say what is missing.

Works without GNU gettext, so that a fresh machine can run `make check`: Babel reads the Python files, Django
turns templates into something Babel can read, polib writes. Only used by the developer's commands.
"""

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

APPS = ("portal", "support", "kb", "tracking", "personalization")
# The words of libraries; nothing of ours uses them, so only their finish is checked.
LIBRARIES = "portal/libraries"
# What a developer alone meets stays English: output of commands, and the demo, which has its own two languages.
LEFT_OUT = ("management", "migrations", "demo")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+#0-9.]*[sdifr]|(?<!\{)\{[^{}]*\}(?!\})")
# A text that is the same in both languages has to be listed here, with its reason.
SAME_IN_BOTH = {"SKU": "the trade's word"}

Key = tuple[str, str, str]  # context, text, plural


def problems() -> Iterator[str]:
    """Yield a sentence for each text that is missing, untranslated, fuzzy, mismatched or not compiled."""
    for name in (*APPS, LIBRARIES):
        path = _catalogue_path(name)
        if not path.exists():
            yield f"{name}: there is no {path.name}"
            continue
        catalogue = polib.pofile(str(path))
        known = {_key(entry) for entry in catalogue if not entry.obsolete}
        for key, place in _collect(settings.BASE_DIR / name).items():
            if key not in known:
                yield f"{name}: not in the catalogue: “{key[1]}” ({place})"
        yield from _problems_in(name, path, catalogue)
    yield from _contradictions()
    scripts = _catalogue_path(LIBRARIES).with_name("djangojs.po")
    if scripts.exists():
        yield from _problems_in(LIBRARIES, scripts, polib.pofile(str(scripts)))


def write_all() -> Iterator[Path]:
    """Add new texts (untranslated) to our catalogues, drop those nobody uses, compile all; yields what was written."""
    for app in APPS:
        path = _catalogue_path(app)
        wanted = _collect(settings.BASE_DIR / app)
        if not wanted and not path.exists():
            continue
        catalogue = polib.pofile(str(path), wrapwidth=120) if path.exists() else _new_catalogue()
        for entry in [entry for entry in catalogue if entry.obsolete or _key(entry) not in wanted]:
            catalogue.remove(entry)
        for key in sorted(wanted.keys() - {_key(entry) for entry in catalogue}):
            catalogue.append(_new_entry(key))
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        catalogue.save_as_mofile(str(path.with_suffix(".mo")))
        yield path
    for path in sorted(_catalogue_path(LIBRARIES).parent.glob("*.po")):
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
        yield path


def _catalogue_path(app: str) -> Path:
    return settings.BASE_DIR / app / "locale" / "vi" / "LC_MESSAGES" / "django.po"


def _collect(folder: Path) -> dict[Key, str]:
    """Return every text below `folder` with the file that uses it."""
    found: dict[Key, str] = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if set(relative.parts) & set(LEFT_OUT) or path.suffix not in (".py", ".html", ".txt"):
            continue
        for key in _texts_in(path):
            found.setdefault(key, str(path.relative_to(settings.BASE_DIR)))
    return found


def _texts_in(path: Path) -> Iterator[Key]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left of a template is a line for each text; its indentation would not parse as Python.
        source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
    for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        text, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, "")
        if text:
            yield context or "", text, plural


def _contradictions() -> Iterator[str]:
    """Yield the texts that two apps translate differently: Django shows the words of one of them in both."""
    seen: dict[Key, tuple[str, str]] = {}
    for app in APPS:
        path = _catalogue_path(app)
        for entry in polib.pofile(str(path)) if path.exists() else ():
            other, words = seen.setdefault(_key(entry), (app, entry.msgstr))
            if words != entry.msgstr:
                yield f"{app}: “{entry.msgid}” is “{entry.msgstr}” here, “{words}” in {other}: give one of them a context"


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def _problems_in(name: str, path: Path, catalogue: polib.POFile) -> Iterator[str]:
    for entry in catalogue:
        if not entry.obsolete:
            yield from (f"{name}: {problem}: “{entry.msgid}”" for problem in _problems_of(entry))
    if not _is_compiled(path, catalogue):
        yield f"{name}: {path.stem}.mo is older than {path.name}"


def _problems_of(entry: polib.POEntry) -> Iterator[str]:
    if entry.fuzzy:
        yield "fuzzy"
    translations: Iterable[str] = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    for translation in translations:
        if not translation:
            yield "not translated"
        elif translation in (entry.msgid, entry.msgid_plural) and _has_words(translation):
            yield "translated by itself"
        # Vietnamese has one form for every number: it stands for the English plural, which names the number.
        elif _placeholders(translation) != _placeholders(entry.msgid_plural or entry.msgid):
            yield "placeholders differ"


def _has_words(text: str) -> bool:
    return text not in SAME_IN_BOTH and re.search("[A-Za-z]{2}", PLACEHOLDER.sub("", text)) is not None


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _is_compiled(path: Path, catalogue: polib.POFile) -> bool:
    compiled = path.with_suffix(".mo")
    return compiled.exists() and _translations(polib.mofile(str(compiled))) == _translations(catalogue)


def _translations(catalogue: Iterable[polib._BaseEntry]) -> dict[Key, object]:
    # By content, not by bytes: msgfmt and polib order a compiled catalogue differently.
    return {
        _key(entry): entry.msgstr or dict(entry.msgstr_plural)
        for entry in catalogue
        # A compiled catalogue holds nothing but finished texts.
        if entry.msgid and (isinstance(entry, polib.MOEntry) or entry.translated())
    }


def _new_catalogue() -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=120)
    catalogue.metadata = {
        "Language": "vi",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def _new_entry(key: Key) -> polib.POEntry:
    context, text, plural = key
    entry = polib.POEntry(msgid=text, msgctxt=context or None)
    if plural:
        entry.msgid_plural, entry.msgstr_plural = plural, {0: ""}
    return entry
