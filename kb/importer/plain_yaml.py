"""YAML from outside."""

from __future__ import annotations

import yaml


class _PlainLoader(yaml.SafeLoader):
    """Reads YAML without anchors: a few of them are enough to unfold into gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("anchors and aliases are not taken")
        return super().compose_node(parent, index)


def load_yaml(text: str) -> object:
    """Return what `text` says: texts, numbers, dates, lists and maps. Raises yaml.YAMLError, ValueError, RecursionError."""
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader
