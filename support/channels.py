"""The contact channels in each process, and what happens when one changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models.signals import post_delete, post_save

from kb import services as kb_services
from portal.lib.snapshots import Snapshot
from support.models import ContactChannel


@dataclass(frozen=True)
class ShownChannel:
    """One way to reach a person as a page shows it; `link` is empty for an address, `text` for the form."""

    kind: str
    icon: str
    label: str
    text: str
    link: str
    hours: str


def connect() -> None:
    """Notice each change. Called by `apps.ready`."""
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=ContactChannel)


def _load() -> Mapping[str, tuple[ShownChannel, ...]]:
    """Return the channels in use by language, in the editors' order. Cost: one query."""
    channels = defaultdict(list)
    for channel in ContactChannel.objects.filter(live=True).select_related("locale").order_by("sort_order", "pk"):
        channels[channel.locale.language_code].append(as_shown(channel))
    return {language: tuple(found) for language, found in channels.items()}


def as_shown(channel: ContactChannel) -> ShownChannel:
    """Return `channel` as a page shows it; no query when its locale is loaded."""
    return ShownChannel(channel.kind, channel.icon, channel.label, channel.text, channel.link, channel.hours)


def _changed(sender: object, **signal: object) -> None:
    snapshot.forget()
    kb_services.refresh_public_pages()


snapshot = Snapshot("channels", _load)
