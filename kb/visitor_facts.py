"""What the knowledge base can say about a visitor: maintenance due on their appliances, what they read if they allow it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from kb import fact_rules
from kb.maintenance_due import DUE_WITHIN, next_due
from kb.models import MaintenanceTask
from kb.selectors import reading_history, shelves
from kb.selectors.feedback import subscriptions_of
from kb.services.feedback import erase_subscriptions
from kb.services.reading_history import forget_behaviour
from personalization.facts import fact
from personalization.preferences import BEHAVIOUR
from personalization.registry import StoredEntry, StoredPart, register_stored_part
from personalization.visitor import Visitor


@dataclass(frozen=True)
class DueTask:
    """A maintenance task and the day on which it falls due next, counted from the day of purchase."""

    task: MaintenanceTask
    due_on: date

    def __str__(self) -> str:
        return f"{self.task} ({date_format(self.due_on, 'SHORT_DATE_FORMAT')})"


NOTHING_DUE: tuple[DueTask, ...] = ()
NO_CODES: tuple[str, ...] = ()


@fact(
    "kb.due_maintenance",
    description=_("Maintenance due on the products you own"),
    default=NOTHING_DUE,
    for_guests=True,
    rule=fact_rules.DUE_MAINTENANCE,
)
def due_maintenance(visitor: Visitor) -> tuple[DueTask, ...]:
    """Return what falls due within three weeks, the nearest first. No query when warm."""
    dated = [item for item in visitor.preferences.owned if item.purchased_on]
    if not dated:
        return ()
    tasks = shelves.plans_of({item.product_code for item in dated}, visitor.language)
    today = timezone.localdate()
    due = [
        DueTask(task, next_due(item.purchased_on or today, task.interval_months, today))
        for item in dated
        for task in tasks
        if task.product.code == item.product_code
    ]
    soon = [one for one in due if one.due_on <= today + DUE_WITHIN]
    return tuple(sorted(soon, key=lambda one: (one.due_on, one.task.pk)))


@fact(
    "kb.read_topics",
    description=_("The topics you read about lately"),
    default=NO_CODES,
    purpose=BEHAVIOUR,
    rule=fact_rules.READ_TOPICS,
)
def read_topics(visitor: Visitor) -> tuple[str, ...]:
    return reading_history.topics_read(visitor)


@fact(
    "kb.read_products",
    description=_("The products you read about lately"),
    default=NO_CODES,
    purpose=BEHAVIOUR,
    rule=fact_rules.READ_PRODUCTS,
)
def read_products(visitor: Visitor) -> tuple[str, ...]:
    return reading_history.products_read(visitor)


@fact("kb.read_articles", description=_("What you read lately"), default=0, purpose=BEHAVIOUR)
def read_articles(visitor: Visitor) -> int:
    return reading_history.count_read(visitor)


@fact(
    "kb.recent_searches",
    description=_("How many searches of yours are kept"),
    default=0,
    purpose=BEHAVIOUR,
    rule=fact_rules.RECENT_SEARCHES,
)
def recent_searches(visitor: Visitor) -> int:
    return reading_history.count_searches(visitor)


def awaited_corrections(user: AbstractBaseUser) -> list[StoredEntry]:
    """Return the articles of whose correction `user` asked to be told, under addresses they have proven."""
    return [
        StoredEntry(
            text=f"{row.page.title} ({row.email}, {date_format(localtime(row.created_at), 'SHORT_DATE_FORMAT')})",
            data={"article": row.page.title, "email": row.email, "since": row.created_at.isoformat()},
        )
        for row in subscriptions_of(_proven_addresses(user))
    ]


def forget_awaited_corrections(user: AbstractBaseUser) -> int:
    """Delete those wishes, and the letters about them that did not leave yet."""
    return sum(erase_subscriptions(email=email) for email in _proven_addresses(user))


register_stored_part(
    StoredPart(
        "kb.awaited_corrections",
        title=_("Articles of whose correction you asked to be told"),
        entries=awaited_corrections,
        erase=forget_awaited_corrections,
    )
)


register_stored_part(
    StoredPart(
        "kb.behaviour",
        title=_("What you read and searched for"),
        entries=reading_history.behaviour_of,
        erase=forget_behaviour,
        purpose=BEHAVIOUR,
    )
)


def _proven_addresses(user: AbstractBaseUser) -> list[str]:
    return list(EmailAddress.objects.filter(user_id=user.pk, verified=True).values_list("email", flat=True))
