"""The demo's policies: the present text is a Markdown file, earlier and later ones are told by what they say instead.

Days are relative to the day on which the demo is made, so that some of its orders are older than a change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml
from django.utils import timezone

from kb.services.policies import PolicyData, PolicyText, ensure_policy

HERE = Path(__file__).resolve().parent
LANGUAGES = ("vi", "en")
QUARTER_MONTHS = (1, 4, 7, 10)

Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """A version beside the present one: from which day, what it changed, and the words it has instead of others.

    `instead` are pairs for each language: what the neighbouring version says (the next one for an earlier text, the
    one before for a planned one), and what this one says.
    """

    from_day: date
    summary: dict[str, str]
    instead: dict[str, Words]


@dataclass(frozen=True)
class Policy:
    """A policy of the shop: `earlier` from the last to the first, `planned` after the present text."""

    kind: str
    present_from: date
    present_summary: dict[str, str]
    earlier: tuple[Step, ...]
    planned: Step | None = None


def load(images: dict[str, int]) -> None:
    """Make the policies that are missing, in both languages; `images` are numbers by name."""
    policies = _policies(timezone.localdate())
    for language in LANGUAGES:
        for path in sorted((HERE / language).glob("*.md")):
            ensure_policy(_data(path, language, policies, images))


def _data(path: Path, language: str, policies: dict[str, Policy], images: dict[str, int]) -> PolicyData:
    _start, head, body = path.read_text().split("---\n", 2)
    front = yaml.safe_load(head)
    policy = policies[front.get("translation_of", front["id"])]
    present = PolicyText(
        in_force_from=policy.present_from,
        title=front["title"],
        short_answer=front["short_answer"],
        body=body,
        summary=policy.present_summary.get(language, ""),
    )
    return PolicyData(
        external_id=front["id"],
        language=language,
        kind=policy.kind,
        category=front["category"],
        texts=tuple(_texts(policy, present, language)),
        keywords=tuple(front["keywords"]),
        products=tuple(front["products"]),
        phase=front["phase"],
        image_id=images.get(front["image"]),
        image_alt=front["image_alt"],
        last_checked_on=timezone.localdate() - timedelta(days=front["checked_days_ago"]),
        translation_of=front.get("translation_of", ""),
    )


def _texts(policy: Policy, present: PolicyText, language: str) -> Iterator[PolicyText]:
    earlier, text = [], present
    for step in policy.earlier:
        text = _other(text, step, language)
        earlier.append(text)
    yield from reversed(earlier)
    yield present
    if policy.planned is not None:
        yield _other(present, policy.planned, language)


def _other(text: PolicyText, step: Step, language: str) -> PolicyText:
    title, short_answer, body = text.title, text.short_answer, text.body
    for there, here in step.instead[language]:
        title, short_answer, body = (words.replace(there, here) for words in (title, short_answer, body))
    return PolicyText(step.from_day, title, short_answer, body, step.summary.get(language, ""))


def _policies(today: date) -> dict[str, Policy]:
    """Return the policies by the id of their Vietnamese text."""
    return {
        "nm-doi-tra-dieu-kien": _returns(today),
        "nm-bao-hanh-thoi-han": _warranty(today),
        "nm-linh-kien-bang-gia": _prices(today),
    }


def _returns(today: date) -> Policy:
    return Policy(
        kind="return",
        present_from=today - timedelta(days=40),
        present_summary={
            "vi": "Hạn trả hàng tăng từ 7 lên 15 ngày; phí khi bạn đổi ý giảm từ 15 % còn 10 %.",
            "en": "You have 15 days instead of 7; changing your mind costs 10% instead of 15%.",
        },
        earlier=(
            Step(
                today - timedelta(days=300),
                {
                    "vi": "Nhà Mây đến lấy hàng tận nhà và trả tiền vận chuyển.",
                    "en": "We collect from your door and pay the carriage.",
                },
                {
                    "vi": (
                        ("15 ngày", "7 ngày"),
                        ("ngày 18", "ngày 10"),
                        ("10 %", "15 %"),
                        ("phí là 750.000 ₫, bạn nhận lại 6.750.000 ₫", "phí là 1.125.000 ₫, bạn nhận lại 6.375.000 ₫"),
                    ),
                    "en": (
                        ("15 days", "7 days"),
                        ("day 15", "day 7"),
                        ("the 18th", "the 10th"),
                        ("10%", "15%"),
                        (
                            "costs 750,000 ₫ to return, and you get 6,750,000 ₫ back",
                            "costs 1,125,000 ₫ to return, and you get 6,375,000 ₫ back",
                        ),
                    ),
                },
            ),
            Step(
                today - timedelta(days=900),
                {},
                {
                    "vi": (("Nhà Mây trả, đến lấy tận nhà", "Bạn gửi, Nhà Mây hoàn phí sau"),),
                    "en": (("We pay and collect from your door", "You send it, we refund the carriage"),),
                },
            ),
        ),
    )


def _warranty(today: date) -> Policy:
    return Policy(
        kind="warranty",
        present_from=today - timedelta(days=240),
        present_summary={
            "vi": "Bảo hành máy giặt và điều hòa tăng từ 18 lên 24 tháng.",
            "en": "Washing machines and air conditioners are covered for 24 months instead of 18.",
        },
        earlier=(
            Step(
                today - timedelta(days=900),
                {},
                {
                    "vi": (
                        ("24 tháng", "18 tháng"),
                        ("tháng thứ 25", "tháng thứ 19"),
                        ("hết ngày 10/3/2027", "hết ngày 10/9/2026"),
                        ("12 tháng với W85, T100, A12", "9 tháng với W85, T100, A12"),
                    ),
                    "en": (
                        ("24 months", "18 months"),
                        ("month 25", "month 19"),
                        ("10 March 2027", "10 September 2026"),
                        ("12 months for W85, T100 and A12", "9 months for W85, T100 and A12"),
                    ),
                },
            ),
        ),
    )


def _prices(today: date) -> Policy:
    """The price list says that it is looked at on the first of each quarter, so its days are such days."""
    this_quarter = _quarter_of(today)
    return Policy(
        kind="price",
        present_from=this_quarter,
        present_summary={
            "vi": "Tiền công món thứ nhất tăng từ 120.000 ₫ lên 150.000 ₫, mỗi món thêm từ 40.000 ₫ lên 50.000 ₫."
        },
        earlier=(
            Step(
                _quarter_of(this_quarter - timedelta(days=1)),
                {},
                {
                    "vi": (
                        (
                            "Món thứ nhất trong một lần đến: 150.000 ₫. Mỗi món thêm: 50.000 ₫.",
                            "Món thứ nhất trong một lần đến: 120.000 ₫. Mỗi món thêm: 40.000 ₫.",
                        ),
                    )
                },
            ),
        ),
        planned=Step(
            _quarter_of(this_quarter + timedelta(days=100)),
            {"vi": "Miễn phí đi lại trong 30 km quanh trạm thay vì 20 km."},
            {"vi": (("miễn phí trong 20 km quanh trạm", "miễn phí trong 30 km quanh trạm"),)},
        ),
    )


def _quarter_of(day: date) -> date:
    return day.replace(month=max(month for month in QUARTER_MONTHS if month <= day.month), day=1)
