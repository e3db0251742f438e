"""Documentation is part of the product: what it names exists, and what exists is named."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = settings.BASE_DIR
OUR_APPS = {"portal", "support", "kb", "tracking", "personalization"}
DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
ENVIRONMENT = re.compile(r"""env\.\w+\(\s*["'](\w+)["']|["'](\w+)["'] in os\.environ|environ\.get\(["'](\w+)["']""")


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_setting_of_the_environment_has_a_line_in_the_operations_page():
    source = (ROOT / "portal" / "settings" / "base.py").read_text(encoding="utf-8")
    names = {name for groups in ENVIRONMENT.findall(source) for name in groups if name}
    assert len(names) > 10

    missing = sorted(name for name in names if f"`{name}`" not in text_of("operations.md"))

    assert missing == []


def test_every_command_of_ours_has_a_line_in_the_operations_page():
    commands = [name for name, app in get_commands().items() if app in OUR_APPS]
    assert len(commands) > 5

    missing = sorted(name for name in commands if f"`{name}" not in text_of("operations.md"))

    assert missing == []


def test_every_command_that_a_page_tells_to_run_exists():
    text = "\n".join(document.read_text(encoding="utf-8") for document in DOCS)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    # In code only: prose also says "make all of it".
    made = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE))
    managed = set(re.findall(r"manage\.py (\w+)", text))
    assert made
    assert managed

    missing = sorted((made - targets) | (managed - get_commands().keys()))

    assert missing == []


@pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_files_that_a_page_names_exist(document):
    text = document.read_text(encoding="utf-8")
    linked = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    named = re.findall(
        r"`((?:portal|support|kb|tracking|personalization|docs|tests|static)/[\w./-]+\.(?:py|md|html|css|js))`", text
    )

    missing = [name for name in linked if name and not (document.parent / name).exists()]
    missing += [name for name in named if not (ROOT / name).exists()]

    assert missing == []


def test_every_decision_record_is_complete():
    records = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert records

    for record in records:
        text = record.read_text(encoding="utf-8")
        for heading in ("## Context", "## Options", "## Choice", "## Consequences"):
            assert heading in text, f"{record.name} has no “{heading}”"


def test_every_term_of_the_glossary_has_its_vietnamese_word():
    rows = [row for row in text_of("glossary.md").splitlines() if row.startswith("| ") and not row.startswith("| word")]
    assert len(rows) > 15

    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert all(cells), row


def test_the_contract_of_make_is_in_the_readme():
    readme = Path(ROOT / "README.md").read_text(encoding="utf-8")

    for command in ("make run", "make test"):
        assert command in readme


def test_every_line_of_the_editors_checklist_names_tests_that_exist():
    lines = [line for line in text_of("editors.md").partition("## Checklist")[2].splitlines() if line.startswith("- [")]
    assert len(lines) > 20

    problems = [problem for line in lines for problem in _problems_of_checklist_line(line)]

    assert problems == []


def _problems_of_checklist_line(line: str) -> list[str]:
    if not line.startswith("- [x]"):
        return [f"not ticked: {line}"]
    named = re.findall(r"(tests/[\w/]+\.py)|::(\w+)", line)
    if not named:
        return [f"names no test: {line}"]
    path, problems = "", []
    for new_path, test in named:
        path = new_path or path
        if new_path and not (ROOT / path).exists():
            problems.append(f"there is no {path}")
        elif test and not re.search(rf"^def {test}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE):
            problems.append(f"there is no {test} in {path}")
    return problems
