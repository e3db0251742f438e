"""Segments and what is aimed at them."""

from typing import Any

from personalization.segments.models import Segment

OWNS_R9 = {"fact": "preferences.owned_products", "operator": "any_of", "codes": ["NM-R9"]}
OWNS_W85 = {"fact": "preferences.owned_products", "operator": "any_of", "codes": ["NM-W85"]}


def make_rules(*conditions: dict[str, Any], match: str = "all") -> dict[str, Any]:
    return {"version": 1, "match": match, "conditions": list(conditions)}


def make_segment(
    name: str = "Chủ máy lọc nước", *conditions: dict[str, Any], match: str = "all", **fields: Any
) -> Segment:
    """A segment of those who own an R9, unless other conditions are given."""
    rules = fields.pop("rules", None) or make_rules(*(conditions or (OWNS_R9,)), match=match)
    return Segment.objects.create(name=name, rules=rules, **fields)


def aimed_block(*variants: tuple[list[int], str], default: str = "Cho mọi người", block_id: str = "") -> dict[str, Any]:
    """An aimed block as it is stored; each variant is the numbers of its segments and the title of a banner."""
    return {
        "type": "aimed",
        "id": block_id or "11111111-1111-4111-8111-111111111111",
        "value": {
            "variants": [{"segments": ids, "content": [banner(title)]} for ids, title in variants],
            "default": [banner(default)],
        },
    }


def banner(title: str) -> dict[str, Any]:
    return {"type": "banner", "value": {"title": title, "text": "Một câu.", "link_page": None, "link_text": ""}}


def show_on_home(home: Any, *blocks: dict[str, Any]) -> Any:
    """Publish these blocks on the home page."""
    home.body = list(blocks)
    home.save_revision().publish()
    home.refresh_from_db()
    return home
