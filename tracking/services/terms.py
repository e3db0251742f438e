"""The shop's rules after the sale and its levels of membership, written whole: for set-up and demo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from tracking.models import LoyaltyTier, PartTerms, ProductTerms
from tracking.models.terms import ALWAYS


@dataclass(frozen=True)
class NewTerms:
    """The rules of one article from a day on; `parts` are (Vietnamese name, English name, months)."""

    article_code: str
    return_days: int
    warranty_months: int
    accepts_opened: bool = True
    opened_fee_percent: int = 0
    removal_fee_amount: int = 0
    valid_from: date = ALWAYS
    parts: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True)
class NewTier:
    """A level of membership."""

    code: str
    threshold_amount: int
    names: tuple[str, str]
    benefits: tuple[str, str] = field(default=("", ""))


@transaction.atomic
def add_terms(rules: Iterable[NewTerms]) -> int:
    """Add the rules that are missing and return how many; what editors changed stays."""
    added = 0
    for rule in rules:
        row, is_new = ProductTerms.objects.get_or_create(
            article_code=rule.article_code,
            valid_from=rule.valid_from,
            defaults={
                "return_days": rule.return_days,
                "warranty_months": rule.warranty_months,
                "accepts_opened": rule.accepts_opened,
                "opened_fee_percent": rule.opened_fee_percent,
                "removal_fee_amount": rule.removal_fee_amount,
            },
        )
        if is_new:
            PartTerms.objects.bulk_create(
                PartTerms(terms=row, name_vi=name_vi, name_en=name_en, months=months)
                for name_vi, name_en, months in rule.parts
            )
            added += 1
    return added


@transaction.atomic
def add_tiers(tiers: Iterable[NewTier]) -> int:
    """Add the levels that are missing and return how many; what editors changed stays."""
    added = 0
    for tier in tiers:
        _, is_new = LoyaltyTier.objects.get_or_create(
            code=tier.code,
            defaults={
                "threshold_amount": tier.threshold_amount,
                "name_vi": tier.names[0],
                "name_en": tier.names[1],
                "benefits_vi": tier.benefits[0],
                "benefits_en": tier.benefits[1],
            },
        )
        added += is_new
    return added
