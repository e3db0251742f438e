"""The layers, the doors and the template loads of docs/architecture.md."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("portal", "support", "kb", "tracking", "personalization")
# Who may import whom; the direction itself is import-linter's (make check).
DOORS = {
    "selectors",
    "services",
    "search",
    "registry",
    "facts",
    "visitor",
    "preferences",
    "blocks",
    "importer",
    "situations",
    "segments",
    "experiments",
    "stored",
}
# What the shell alone may enter besides: it mounts routers, wires tasks, loads the demo.
SHELL_DOORS = DOORS | {"api", "tasks"}
BELOW = {
    "portal": {"support", "kb", "tracking", "personalization"},
    "support": {"kb", "tracking", "personalization"},
    "kb": {"personalization"},
    "tracking": {"personalization"},
    "personalization": set(),
}


def source_files(app: str) -> list[Path]:
    return [path for path in (settings.BASE_DIR / app).rglob("*.py") if "migrations" not in path.parts]


def imports_of(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


@pytest.mark.parametrize("app", APPS)
def test_other_apps_are_entered_by_their_doors_only(app):
    doors = SHELL_DOORS if app == "portal" else DOORS
    wrong = []
    for path in source_files(app):
        for name in imports_of(path):
            parts = name.split(".")
            if parts[0] == app or parts[0] not in APPS or name.startswith("portal.lib"):
                continue
            if len(parts) < 2 or parts[1] not in doors:
                wrong.append(f"{path.relative_to(settings.BASE_DIR)}: {name}")

    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_templates_load_tags_of_lower_layers_only(app):
    tags = {
        path.stem: other
        for other in APPS
        for path in (settings.BASE_DIR / other).glob("templatetags/*.py")
        if path.stem != "__init__"
    }
    wrong = []
    for path in (settings.BASE_DIR / app).rglob("*.html"):
        for load in re.findall(r"{%\s*load\s+([^%]+?)\s*%}", path.read_text(encoding="utf-8")):
            for name in load.split():
                owner = tags.get(name)
                if owner and owner != app and owner not in BELOW[app]:
                    wrong.append(f"{path.relative_to(settings.BASE_DIR)}: {name} of {owner}")

    assert wrong == []


def test_only_the_search_package_knows_whoosh():
    wrong = [
        str(path.relative_to(settings.BASE_DIR))
        for app in APPS
        for path in source_files(app)
        if not path.is_relative_to(settings.BASE_DIR / "kb" / "search")
        and any(name.split(".")[0] == "whoosh" for name in imports_of(path))
    ]

    assert wrong == []


def test_no_app_uses_a_model_of_another_app_through_a_template_tag_or_string_upwards():
    wrong = []
    for app in APPS:
        for path in source_files(app):
            targets = re.findall(
                r"(?:ForeignKey|OneToOneField|ManyToManyField)\(\s*[\"'](\w+)\.", path.read_text(encoding="utf-8")
            )
            wrong += [
                f"{path.relative_to(settings.BASE_DIR)}: {target}"
                for target in targets
                if target in APPS and target != app and target not in BELOW[app]
            ]

    assert wrong == []
