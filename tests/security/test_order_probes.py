"""The look-up against those who try numbers: what is not theirs looks like what is not there, in every respect."""

import random
import re
import time
from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from portal.lib.letters.models import Letter
from tests.factories.access import answer_to
from tests.factories.people import make_user
from tests.factories.tracking import make_order, order_event_payload, order_payload, shipment_payload
from tests.security.timing import LEAKS_FROM, measure, welch_t
from tracking import selectors
from tracking.access import secrets
from tracking.models import AccessGrant, Order
from tracking.references import make_reference
from tracking.services import erase_orders, ingest_orders

pytestmark = pytest.mark.django_db
URL = "/vi/orders/"
SEED = 20_261_122
# Ten tries at one number are free, so that no question comes between.
TRIES_PER_ORDER = 10


@dataclass(frozen=True)
class Probe:
    """What a stranger types."""

    number: str
    contact: str


def make_probes(count: int) -> dict[str, list[Probe]]:
    """Return `count` probes of each kind; every kind but the first is about an order that is or was there."""
    chance = random.Random(SEED)
    orders = -(-count // TRIES_PER_ORDER)
    owner = make_user("chu@example.com")
    worlds = {
        "open": {},
        "on its way": {"shipments": [shipment_payload("in_transit")]},
        "delivered": {"shipments": [shipment_payload("delivered")]},
        "cancelled": {"events": [order_event_payload("cancelled")]},
        "of an account": {"contact_email": owner.email},
        "without e-mail": {"contact_email": "", "contact_phone": "0912345678"},
    }
    probes = {"unknown": [Probe(make_reference(chance.getrandbits(45)), _stranger(at)) for at in range(count)]}
    for kind, fields in worlds.items():
        references = _make_orders(kind, orders, fields)
        probes[kind] = [Probe(references[at % orders], _stranger(at)) for at in range(count)]
    probes["seller's number"] = [Probe(f"open-{at % orders}", _stranger(at)) for at in range(count)]
    erased = _make_orders("erased", orders, {}, contact="xoa{}@example.com")
    erase_orders(source="erased")
    probes["erased"] = [Probe(erased[at % orders], f"xoa{at % orders}@example.com") for at in range(count)]
    _make_orders("others", orders, {}, contact="co-that{}@example.com")
    probes["contact of another order"] = [
        Probe(make_reference(chance.getrandbits(45)), f"co-that{at % orders}@example.com") for at in range(count)
    ]
    return probes


def _make_orders(kind: str, count: int, fields: dict, contact: str = "") -> list[str]:
    """Return the references of new orders; `contact` gives each one its own."""
    payloads = [
        order_payload(f"{kind}-{at}", **fields, **({"contact_email": contact.format(at)} if contact else {}))
        for at in range(count)
    ]
    for start in range(0, count, 100):
        ingest_orders(payloads[start : start + 100], source=kind)
    references = dict(Order.objects.filter(source=kind).values_list("external_number", "reference"))
    return [references[payload.external_number] for payload in payloads]


def _stranger(at: int) -> str:
    return f"khach{at:06d}@example.com"


def ask(probe: Probe, at: int):
    """One probe from an address and a network of its own."""
    address = f"{10 + at // 65_000}.{at // 255 % 255}.{at % 255}.9"
    return Client(REMOTE_ADDR=address).post(URL, {"number": probe.number, "contact": probe.contact})


def features(response, probe: Probe) -> tuple:
    """Everything that can be compared from outside, without what differs between any two answers."""
    body = response.content.decode().replace(probe.number, "NUMBER").replace(probe.contact, "CONTACT")
    body = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]+"', "", body)
    headers = {
        name: re.sub(r"'nonce-[^']+'", "", value)
        for name, value in response.headers.items()
        if name != "Content-Length"
    }
    cookies = {
        name: {key: value for key, value in morsel.items() if key != "expires"}
        for name, morsel in response.cookies.items()
    }
    return response.status_code, body, tuple(sorted(headers.items())), repr(sorted(cookies.items()))


def effects() -> tuple[int, ...]:
    """What an answer could leave behind."""
    return Session.objects.count(), Letter.objects.count(), AccessGrant.objects.count(), len(mail.outbox)


def distinguishing(count: int) -> tuple[set, int, bool]:
    probes = make_probes(count)
    before = effects()
    seen, asked = set(), 0
    for at in range(count):
        for of_kind in probes.values():
            probe = of_kind[at]
            seen.add(features(ask(probe, asked), probe))
            asked += 1
    return seen, asked, effects() == before


def test_nothing_tells_the_kinds_of_failure_apart():
    seen, asked, without_effect = distinguishing(count=2)

    assert len(seen) == 1
    assert asked == 20
    assert without_effect


@pytest.mark.soak
def test_nothing_tells_the_kinds_of_failure_apart_at_full_count(capsys):
    seen, asked, without_effect = distinguishing(count=2_000)

    with capsys.disabled():
        print(f"\nenumeration: {asked} probes of 10 kinds (seed {SEED}), {len(seen)} distinct answers")
    assert len(seen) == 1
    assert without_effect


# --- The clock -----------------------------------------------------------------------------------


def test_the_clock_sees_a_planted_millisecond_and_nothing_where_nothing_is():
    """The harness is judged on made-up answers: 3 ms with the noise of a busy machine."""
    chance = random.Random(SEED)

    def sample(extra=0.0):
        return [3 + extra + chance.expovariate(1) + (50 if chance.random() < 0.02 else 0) for _ in range(2_000)]

    assert abs(welch_t(sample(), sample())) < LEAKS_FROM
    assert abs(welch_t(sample(), sample(1.0))) > LEAKS_FROM


@pytest.mark.soak
def test_the_clock_does_not_tell_them_apart(capsys, settings):
    settings.RATE_LIMITS_ON = False
    pairs = 5_000
    probes = make_probes(pairs)
    client = Client()

    def sends(kind, extra_seconds=0.0):
        def send(at):
            client.post(URL, {"number": probes[kind][at].number, "contact": probes[kind][at].contact})
            if extra_seconds:
                time.sleep(extra_seconds)

        return send

    for at in range(200):
        sends("unknown")(at)
    kinds = ("unknown", "on its way", "delivered", "erased")
    taken = measure({kind: sends(kind) for kind in kinds}, pairs, seed=SEED)
    planted = measure({"unknown": sends("unknown"), "planted": sends("unknown", 0.001)}, pairs, seed=SEED)

    found = {kind: welch_t(taken["unknown"], taken[kind]) for kind in kinds[1:]}
    flagged = welch_t(planted["unknown"], planted["planted"])
    with capsys.disabled():
        print(
            f"\ntiming: {pairs} shuffled rounds (seed {SEED}), Welch t against unknown: "
            + str({kind: round(value, 2) for kind, value in found.items()})
            + f"; with a planted millisecond {flagged:.1f}"
        )
    assert abs(flagged) > LEAKS_FROM
    assert {kind: value for kind, value in found.items() if abs(value) >= LEAKS_FROM} == {}


# --- Force ---------------------------------------------------------------------------------------


@pytest.fixture
def looked_at(monkeypatch):
    """The list grows with each try that was really compared with an order."""
    done = []
    compare = selectors.access_order_by_reference

    def counted(**typed):
        done.append(typed)
        return compare(**typed)

    monkeypatch.setattr(selectors, "access_order_by_reference", counted)
    return done


def attack(order, addresses: int, clock) -> None:
    """Try one order once from each address, all within the same minute, and answer every question."""
    asked = []
    for at in range(addresses):
        client = Client(REMOTE_ADDR=f"{10 + at // 65_000}.{at // 255 % 255}.{at % 255}.9")
        typed = {"number": order.reference, "contact": _stranger(at)}
        response = client.post(URL, typed)
        if response.status_code == 429 and response.context["question"]:
            asked.append((client, {**typed, **answer_to(response)}))
    clock.shift(4)
    for client, typed in asked:
        client.post(URL, typed)


def crowd(people: int, clock) -> int:
    """Let as many people look up their own order behind one address; returns how many see it in the end."""
    orders = [make_order(contact_email=f"nguoi{at}@example.com") for at in range(people)]
    seen = 0
    for at, order in enumerate(orders):
        client = Client(REMOTE_ADDR="203.0.113.7")
        typed = {"number": order.reference, "contact": f"nguoi{at}@example.com"}
        response = client.post(URL, typed)
        if response.status_code == 429 and response.context["question"]:
            clock.shift(4)
            response = client.post(URL, {**typed, **answer_to(response)})
        seen += response.status_code == 302
    return seen


@pytest.fixture
def clock(time_machine):
    time_machine.move_to("2026-11-20T12:00:00+07:00", tick=False)
    return time_machine


def test_one_order_is_compared_twenty_times_an_hour_however_many_addresses_try(clock, looked_at):
    attack(make_order(), 40, clock)

    assert len(looked_at) == 20


def test_a_crowd_behind_one_address_gets_through(clock):
    assert crowd(25, clock) == 25


@pytest.fixture
def roomy_cache(settings):
    """A cache that holds as much as the embedded one; the one of other tests forgets beyond 300 entries."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "roomy",
            "OPTIONS": {"MAX_ENTRIES": settings.CACHE_MAX_ENTRIES},
        }
    }


@pytest.mark.soak
def test_ten_thousand_addresses_and_five_hundred_people(roomy_cache, clock, looked_at, capsys):
    attack(make_order(), 10_000, clock)
    compared = len(looked_at)
    clock.shift(3_700)

    seen = crowd(500, clock)

    with capsys.disabled():
        print(f"\n10,000 addresses on one order within an hour: {compared} tries compared")
        print(f"500 people behind one address: {seen} saw their order")
    assert compared == 20
    assert seen == 500


def test_behind_a_proxy_of_ours_only_what_the_proxy_wrote_counts(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    answers = [
        Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"198.51.100.{at}, 203.0.113.9")
        .post(URL, {"number": f"X-{at}", "contact": _stranger(at)})
        .status_code
        for at in range(11)
    ]

    assert answers == [200] * 10 + [429]


@pytest.mark.soak
def test_a_million_guesses_at_codes(capsys):
    chance = random.Random(SEED)
    codes, tries = 200_000, 5
    hits = 0
    for _ in range(codes):
        seed = f"{chance.getrandbits(192):048x}"
        guesses = {f"{chance.randrange(10**6):06d}" for _ in range(tries)}
        hits += any(secrets.is_code(seed, guess) for guess in guesses)

    with capsys.disabled():
        print(
            f"\n{codes * tries} guesses at {codes} codes (seed {SEED}): {hits} right, expected {codes * tries / 10**6:g}"
        )
    # Chance gives one; ten would come by chance once in ten million runs.
    assert hits <= 9
