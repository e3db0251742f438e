"""The people of the demo shop: three customers who prefer different things, and the staff.

Their password is published, so they exist only where settings.DEMO allows it. Whoever guards the sign-in knows
them by `is_demo_email`.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from kb import selectors as kb_selectors
from kb.services.reading_history import note_reading
from personalization.preferences import BEHAVIOUR, OFFERS, PERSONALIZATION, OwnedItem, Preferences
from personalization.selectors import current_consents_of, stored_preferences_of
from personalization.services import save_account_preferences
from personalization.visitor import Visitor
from portal.models import Role, RoleCode, User

DEMO_PASSWORD = "mot-ngay-dep-troi"  # noqa: S105  published on purpose, see above
DEMO_EMAIL_DOMAIN = "nhamay.example"


@dataclass(frozen=True)
class DemoAccount:
    """One account, of the staff if it has a role.

    `owned` says product code, serial number and days since the purchase; `has_read` names articles by their external id.
    """

    email: str
    full_name: str
    role: RoleCode | None = None
    preferences: Preferences | None = None
    owned: tuple[tuple[str, str, int], ...] = ()
    has_read: tuple[str, ...] = ()


CONSENTED = frozenset({PERSONALIZATION})

DEMO_ACCOUNTS = [
    DemoAccount(
        email=f"khach@{DEMO_EMAIL_DOMAIN}",
        full_name="Nguyễn Thu An",
        preferences=Preferences(topics=("bao-hanh", "may-giat"), consents=CONSENTED | {BEHAVIOUR, OFFERS}),
        owned=(("NM-W85", "W85-2509-004417", 412), ("NM-R9", "R9-2605-001203", 171)),
        has_read=("nm-may-giat-rung-manh-keu-to", "nm-thay-loi-loc-r9"),
    ),
    DemoAccount(
        email=f"khach2@{DEMO_EMAIL_DOMAIN}",
        full_name="Trần Minh Bình",
        preferences=Preferences(
            topics=("may-in",),
            theme="dark",
            text_size="large",
            density="compact",
            hidden_modules=frozenset({"kb.popular"}),
            consents=CONSENTED,
        ),
        owned=(("NM-L210", "L210-2603-000958", 236),),
    ),
    # No order yet: what she told us at the welcome is all her page is made of.
    DemoAccount(
        email=f"khach3@{DEMO_EMAIL_DOMAIN}",
        full_name="Lê Gia Hân",
        preferences=Preferences(
            topics=("giao-hang", "robot"),
            theme="light",
            pinned_modules=("kb.chosen_topics",),
            module_order=("support.ask_a_person", "kb.owned_products", "kb.topics"),
            consents=CONSENTED,
        ),
        owned=(("NM-S7", "", 20),),
    ),
    DemoAccount(email=f"bientap@{DEMO_EMAIL_DOMAIN}", full_name="Lê Hoài Chi", role=RoleCode.WRITER),
    DemoAccount(email=f"duyet@{DEMO_EMAIL_DOMAIN}", full_name="Phạm Quốc Dũng", role=RoleCode.REVIEWER),
    DemoAccount(email=f"dich@{DEMO_EMAIL_DOMAIN}", full_name="Bùi Ngọc Lan", role=RoleCode.TRANSLATOR),
    DemoAccount(email=f"hotro@{DEMO_EMAIL_DOMAIN}", full_name="Võ Thanh Hà", role=RoleCode.AGENT),
    DemoAccount(email=f"quantri@{DEMO_EMAIL_DOMAIN}", full_name="Đỗ Gia Khánh", role=RoleCode.ADMINISTRATOR),
]


def is_demo_email(email: str) -> bool:
    """Return whether `email` belongs to an account whose password is published."""
    return email.lower() in {account.email for account in DEMO_ACCOUNTS}


@transaction.atomic
def load(refresh: bool) -> None:
    """Make the demo accounts that are missing; `refresh` moves the dates of purchase to today's.

    What somebody changed in a demo account stays, above all a withdrawn consent. Raises CommandError unless
    settings.DEMO is on.
    """
    if not settings.DEMO:
        raise CommandError("DEMO is off: accounts with a published password are not made.")
    for account in DEMO_ACCOUNTS:
        user = _ensure_user(account)
        if account.preferences:
            _ensure_preferences(user, account, refresh=refresh)


def _ensure_user(account: DemoAccount) -> User:
    user = User.objects.filter(email=account.email).first()
    if user is None:
        user = User.objects.create_user(
            account.email,
            DEMO_PASSWORD,
            full_name=account.full_name,
            is_staff=account.role is not None,
        )
    if account.role:
        user.groups.add(Role.objects.get(code=account.role).group)
    EmailAddress.objects.get_or_create(user=user, email=account.email, defaults={"verified": True, "primary": True})
    return user


def _ensure_preferences(user: User, account: DemoAccount, *, refresh: bool) -> None:
    stored = stored_preferences_of(user)
    is_new = not current_consents_of(user)
    if is_new:
        stored = replace(account.preferences or Preferences(), owned=_owned(account))
    elif refresh and stored.allows_personalization:
        dates = {(item.product_code, item.serial_number): item.purchased_on for item in _owned(account)}
        stored = replace(stored, owned=tuple(_redated(item, dates) for item in stored.owned))
    else:
        return
    save_account_preferences(user, stored, source="demo")
    if is_new:
        _read(user, account.has_read)


def _read(user: User, articles: tuple[str, ...]) -> None:
    visitor = Visitor.of_account(user)
    for external_id in articles:
        article_id = kb_selectors.imported_article_id(external_id)
        if article_id is not None:
            note_reading(visitor, article_id)


def _owned(account: DemoAccount) -> tuple[OwnedItem, ...]:
    today = timezone.localdate()
    return tuple(OwnedItem(code, serial, today - timedelta(days=days)) for code, serial, days in account.owned)


def _redated(item: OwnedItem, dates: dict[tuple[str, str], date | None]) -> OwnedItem:
    return replace(item, purchased_on=dates.get((item.product_code, item.serial_number), item.purchased_on))
