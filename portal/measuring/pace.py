"""The measurements: one home page, asked for in six ways by turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from statistics import quantiles
from typing import Any
from unittest import mock

from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.models import HomePage, User

ADDRESS = "/vi/"
MODULES_DOOR = "portal.models.pages.modules_for"
WAY_DOOR = "portal.home_route.kept"
# What a page of Wagtail's own first steps costs here: the same middlewares and the same look for the page, no frame.
PLAIN = "<!doctype html><html lang='vi'><title>{{ page.title }}</title><body><h1>{{ page.title }}</h1></body></html>"
WARM_UP = 3


@dataclass(frozen=True)
class PagePace:
    """Milliseconds of processor time of one kind of page, with its most queries beyond one for each module shown."""

    p50: float
    p95: float
    queries: int
    modules: int
    beyond_modules: int


@dataclass(frozen=True)
class HomePaces:
    """The home page in six ways; `fullest` is that of the customer who sees the most boxes."""

    plain: PagePace
    stranger_without: PagePace
    stranger: PagePace
    customer_without: PagePace
    customer: PagePace
    fullest: PagePace


@dataclass
class _Kind:
    clients: Sequence[Client]
    setting: Callable[[], AbstractContextManager[object]]
    is_customer: bool
    times: list[float]
    queries: int = 0
    modules: int = 0
    beyond: int = -(10**6)


def measure_home_page(customers: Sequence[User], *, with_most_boxes: Sequence[User], rounds: int) -> HomePaces:
    """Ask for every kind of page in turn, `rounds` times, so that a busy machine is busy for all.

    The fullest customer is looked for among `with_most_boxes`. Times are taken without counting queries; they are counted
    once for each customer. Sessions made here are deleted.
    """
    signed_in = [_client_of(user) for user in customers]
    candidates = [_client_of(user) for user in with_most_boxes]
    fullest = max(candidates, key=lambda client: len(_modules_of(client.get(ADDRESS))))
    stranger = [Client()]
    kinds = {
        "plain": _Kind(stranger, _plain_page, False, []),
        "stranger_without": _Kind(stranger, _without_modules, False, []),
        "stranger": _Kind(stranger, nullcontext, False, []),
        "customer_without": _Kind(signed_in, _without_modules, True, []),
        "customer": _Kind(signed_in, nullcontext, True, []),
        "fullest": _Kind([fullest], nullcontext, True, []),
    }
    for kind in kinds.values():
        with kind.setting():
            for client in kind.clients:
                _count(kind, client)
    for turn in range(rounds + WARM_UP):
        for kind in kinds.values():
            with kind.setting():
                milliseconds = _time(kind.clients[turn % len(kind.clients)])
            if turn >= WARM_UP:
                kind.times.append(milliseconds)
    keys = [client.session.session_key for client in (*signed_in, *candidates)]
    Session.objects.filter(session_key__in=keys).delete()
    return HomePaces(**{name: _pace(kind) for name, kind in kinds.items()})


def _pace(kind: _Kind) -> PagePace:
    cuts = quantiles(kind.times, n=20, method="inclusive")
    return PagePace(cuts[9], cuts[18], kind.queries, kind.modules, kind.beyond)


def _count(kind: _Kind, client: Client) -> None:
    # The first look fills what is kept in memory.
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(ADDRESS)
    if response.status_code != 200 or response.wsgi_request.user.is_authenticated != kind.is_customer:
        raise AssertionError(f"the home page answered {response.status_code}, or did not know its customer")
    shown = len(_modules_of(response))
    kind.queries = max(kind.queries, len(captured))
    kind.modules = max(kind.modules, shown)
    kind.beyond = max(kind.beyond, len(captured) - shown)


def _modules_of(response: Any) -> Sequence[object]:
    return (response.context_data or {}).get("modules", ())


def _time(client: Client) -> float:
    started = time.process_time()
    client.get(ADDRESS)
    return (time.process_time() - started) * 1000


def _client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _without_modules() -> AbstractContextManager[object]:
    return mock.patch(MODULES_DOOR, lambda visitor, **options: [])


@contextmanager
def _plain_page() -> Iterator[None]:
    template = engines["django"].from_string(PLAIN)

    def serve(self: HomePage, request: HttpRequest, *args: object, **kwargs: object) -> TemplateResponse:
        return TemplateResponse(request, template, {"page": self})

    # Wagtail's own way to the page, which ours spares (portal/home_route.py).
    with mock.patch.object(HomePage, "serve", serve), mock.patch(WAY_DOOR, lambda key, read: None):
        yield
