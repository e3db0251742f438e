"""One order, one question, and nine people who try every address."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from personalization.models import DigestSubscription
from tests.factories.access import look_up, page_of
from tests.factories.people import make_user
from tests.factories.support import open_ticket
from tests.factories.tracking import line_payload, make_order, shipment_payload
from tracking import services
from tracking.access import links, secrets
from tracking.models import AccessGrant
from tracking.services.claiming import undo_token

ACTORS = ("anonymous", "lookup", "link", "code", "owner", "other", "agent", "editor", "admin")
ORDER_ROUTES = (
    "order_detail", "order_print", "order_code", "order_access", "order_cancel", "order_address", "order_return",
    "order_courier_check", "order_calendar", "order_copy", "order_subscribe", "order_claim", "order_leave",
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# What stands in the order from which tier on; no answer to anybody below may hold it.
SECRET_FROM_LINK = "Nồi Bí Mật Hai"
SECRET_FROM_CODE = "Trần Kín Đáo"
_OK, _FOUND, _BAD, _FORBIDDEN, _MISSING, _METHOD, _MANY = 200, 302, 400, 403, 404, 405, 429
SIGN_IN = "/vi/accounts/login/"


@dataclass
class World:
    """The addresses' arguments and each actor's cookies."""

    arguments: dict[str, dict[str, object]]
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def ask(self, actor: str, method: str, path: str, **extra) -> str:
        """Send one request as `actor` and say in a word what came back; nothing that it changes stays."""
        cache.clear()
        client = Client(**extra)
        for name, value in self.cookies[actor].items():
            client.cookies[name] = value
        with transaction.atomic():
            response = client.generic(method, path)
            word = word_for(response)
            transaction.set_rollback(True)
        return word

    def path_of(self, name: str) -> str:
        return reverse(name, kwargs=self.arguments.get(name, {}))


def word_for(response) -> str:
    """The word of the table for an answer; what it shows of the order counts more than its status.

    T1, T2   a page with what the tier of that name may see
    page     a page without anything of the order
    sign-in  sent to the sign-in; away: sent to another page
    """
    text = b"".join(response.streaming_content) if response.streaming else response.content
    if SECRET_FROM_CODE.encode() in text:
        return "T2"
    if SECRET_FROM_LINK.encode() in text:
        return "T1"
    if response.status_code in (_FOUND, 303):
        return "sign-in" if response["Location"].startswith((SIGN_IN, "/en/accounts/login/")) else "away"
    return {
        _OK: "page", _BAD: "bad", _FORBIDDEN: "no", _MISSING: "none", _METHOD: "-", _MANY: "later", 401: "no", 409: "bad",
    }.get(response.status_code, str(response.status_code))  # fmt: skip


def build() -> World:
    """Make the order, the question and the people."""
    owner = make_user("chu@example.com")
    order = make_order(
        customer=owner,
        recipient_name=SECRET_FROM_CODE,
        recipient_address="9 Ngõ Kín, Phường Cỏ May, Đà Nẵng",
        lines=[line_payload(title=SECRET_FROM_LINK)],
        shipments=[shipment_payload("in_transit", contents={"1": 1})],
    )
    link = services.grant_link(order=order, language="vi")
    feed = services.make_calendar_feed(order=order, language="vi")
    services.subscribe(order=order, email="hang-xom@example.com", language="vi", may_write=True)
    ticket = open_ticket(user=owner, email=owner.email)
    reference = {"reference": order.reference}
    claimed = make_order(contact_email="nguoi-dat@example.com")
    claimant = make_user("khac@example.com")
    claim = services.claim_order(user=claimant, reference=claimed.reference, proved_contact="nguoi-dat@example.com")
    world = World(
        {
            "order_claim_undo": {"token": undo_token(claim)},
            "order_link": {"token": secrets.link_token(link.seed)},
            "order_calendar_feed": {"token": secrets.feed_token(feed.seed)},
            "digest_stop": {"token": DigestSubscription.objects.create(user=owner).stop_token},
            "order_subscription": {"token": secrets.subscription_token(order.subscriptions.get().seed)},
            **dict.fromkeys(ORDER_ROUTES, reference),
            "order_return_withdraw": reference | {"number": "DT-000000"},
            "warranty_claim": {"line_id": 1, "unit": 1},
            "contact_case": {"reference": ticket.reference},
            "mfa_edit_webauthn": {"pk": 1},
            "mfa_remove_webauthn": {"pk": 1},
        }
    )
    clients = {actor: Client() for actor in ACTORS}
    look_up(clients["lookup"], order, owner.email)
    clients["link"].post(links.path_of(link))
    _by_code(clients["code"], order, owner.email)
    clients["owner"].force_login(owner)
    clients["other"].force_login(claimant)
    for actor, role in (("agent", "agent"), ("editor", "reviewer"), ("admin", "administrator")):
        clients[actor].force_login(make_user(f"{actor}@example.com", role=role))
    world.cookies = {
        actor: {name: morsel.value for name, morsel in client.cookies.items()} for actor, client in clients.items()
    }
    return world


def _by_code(client: Client, order, email: str) -> None:
    look_up(client, order, email)
    client.post(page_of(order, "code/"))
    code = secrets.code(AccessGrant.objects.get(kind="code").seed)
    assert client.post(page_of(order, "code/"), {"code": code}).status_code == _FOUND
