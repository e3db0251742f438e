"""Everything all apps keep about one account: to read, to take along as a file, and to erase."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import datetime
from functools import partial

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from personalization import registry
from personalization.registry import PartAbout
from personalization.services import forget_visitor
from personalization.stored import personal_data
from personalization.visitor import Visitor
from portal import traces
from portal.lib.letters import services as letters
from portal.lib.spreadsheets import neutralise_formula
from portal.models import User


class StaffAccount(ValueError):
    """An account of the staff stands behind articles and answers; an administrator switches it off instead."""


def account_part(user: User) -> PartAbout:
    """Return what the account itself is: name, addresses, devices. Two queries."""
    addresses = EmailAddress.objects.filter(user=user)
    sessions = UserSession.objects.filter(user=user)
    joined = user.date_joined.isoformat()
    entries = [
        registry.StoredEntry(user.full_name or user.email, {"kind": "account", "value": user.full_name, "at": joined}),
        *(
            registry.StoredEntry(one.email, {"kind": "address", "value": one.email, "verified": one.verified})
            for one in addresses
        ),
        *(
            registry.StoredEntry(
                _("Signed in from %(ip)s, last on %(day)s")
                % {"ip": one.ip, "day": date_format(localtime(one.last_seen_at), "SHORT_DATE_FORMAT")},
                {"kind": "session", "value": f"{one.ip} {one.user_agent}", "at": one.last_seen_at.isoformat()},
            )
            for one in sessions
        ),
    ]
    return PartAbout("account", _("Account, addresses and devices"), entries)


def parts_of(user: User) -> list[PartAbout]:
    """Return what is kept, app by app; parts without entries are left out."""
    parts = [PartAbout(part.key, part.title, part.entries(user)) for part in registry.stored_parts()]
    return [account_part(user), *(part for part in parts if part.entries)]


def what_stays() -> list[str]:
    """Return a sentence for each thing that is kept after erasure, and why."""
    return [str(part.what_stays) for part in registry.stored_parts() if part.what_stays]


def archive_of(visitor: Visitor, user: User) -> bytes:
    """Return a zip: one JSON of everything, and a CSV of each part, safe to open in a spreadsheet."""
    parts = parts_of(user)
    everything = {**personal_data(visitor), **{part.key: [one.data for one in part.entries] for part in parts}}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(everything, ensure_ascii=False, indent=2, default=str))
        for part in parts:
            archive.writestr(f"{part.key}.csv", _csv_of(part))
    return file.getvalue()


@transaction.atomic
def erase_account(user: User) -> None:
    """Erase the person in every app, then the account with its addresses, keys and sessions.

    Errors: StaffAccount.
    """
    if user.is_staff:
        raise StaffAccount(user.pk)
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    names = addresses | _numbers_in(parts_of(user))
    forget_visitor(user)
    for address in addresses:
        letters.erase_recipient(recipient=address)
    for session in UserSession.objects.filter(user=user):
        session.purge()
    user.delete()
    transaction.on_commit(partial(_erase_traces, names))


def erase_unproven_accounts(*, before: datetime) -> int:
    """Erase accounts made before then of which no address was ever proven and nobody signed in; returns how many."""
    unproven = User.objects.filter(date_joined__lt=before, last_login=None, is_staff=False).exclude(
        emailaddress__verified=True
    )
    accounts = list(unproven)
    for user in accounts:
        erase_account(user)
    return len(accounts)


def _numbers_in(parts: list[PartAbout]) -> set[str]:
    """Return what letters call the person's things by: addresses, numbers of orders and questions."""
    return {
        str(entry.data[name])
        for part in parts
        for entry in part.entries
        for name in ("email", "contact_email", "reference", "number")
        if entry.data.get(name)
    }


def _erase_traces(names: set[str]) -> None:
    traces.erase_mail_files(names)
    traces.empty_write_ahead_logs()


def _csv_of(part: PartAbout) -> str:
    columns = list(dict.fromkeys(name for entry in part.entries for name in entry.data))
    text = io.StringIO()
    # Excel takes UTF-8 without this mark for Windows' letters.
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(columns)
    for entry in part.entries:
        writer.writerow([_cell(entry.data.get(name, "")) for name in columns])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return neutralise_formula(value) if isinstance(value, str) else value
