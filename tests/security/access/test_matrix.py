"""Every route × method × person: the expected cells come from the table. That no route lacks a row is checked
in tests/architecture/test_access_table.py."""

import pytest
from django.http import HttpResponse

from tests.security.access import world as people
from tests.security.access.table import (
    ADMIN_ROOMS,
    AS_THE_LIBRARY_LIKES,
    NOT_TAKEN,
    TABLE,
)
from tests.security.access.world import ACTORS, METHODS

pytestmark = pytest.mark.django_db
STAFF = ACTORS[-3:]
# Three who differ most stand for the nine where `make test` has no time for all; `make soak` asks as everybody.
A_FEW = ("anonymous", "code", "other")


@pytest.fixture
def world(site_tree):
    return people.build()


def allowed(row, method: str, at: int) -> set[str]:
    """The words that may come back in one cell."""
    if method in ("GET", "POST"):
        return {row.cells(method)[at]}
    if method == "HEAD":
        # No body, so nothing of the order either.
        return {"page" if row.cells("GET")[at] in ("T1", "T2") else row.cells("GET")[at]}
    if row.others == AS_THE_LIBRARY_LIKES:
        return {NOT_TAKEN, row.cells("GET")[at], row.cells("POST")[at], "page" if method == "OPTIONS" else NOT_TAKEN}
    return {row.cells(method)[at]}


def differences(world, names, methods, actors=ACTORS) -> tuple[list[str], int]:
    wrong, asked = [], 0
    for name in names:
        for method in methods:
            for actor in actors:
                at = ACTORS.index(actor)
                word = world.ask(actor, method, world.path_of(name))
                asked += 1
                if word not in allowed(TABLE[name], method, at):
                    wrong.append(f"{method} {name} by {actor}: {word}, not {sorted(allowed(TABLE[name], method, at))}")
    return wrong, asked


def test_everybody_gets_from_the_order_pages_what_the_table_says(world):
    wrong, _asked = differences(world, [name for name in TABLE if name.startswith("order")], ("GET", "POST"))

    assert wrong == []


def test_the_other_pages_are_what_the_table_says(world):
    wrong, _asked = differences(world, [name for name in TABLE if not name.startswith("order")], ("GET",), A_FEW)

    assert wrong == []


def staff_of_rooms(world, actors) -> dict[str, dict[str, str]]:
    return {
        name: {actor: world.ask(actor, "GET", room.path) for actor in actors}
        for name, room in ADMIN_ROOMS.items()
        if room.path
    }


def named_in_table(actors) -> dict[str, dict[str, str]]:
    return {
        name: {actor: room.staff.split()[STAFF.index(actor)] for actor in actors}
        for name, room in ADMIN_ROOMS.items()
        if room.path
    }


def test_an_agent_enters_the_rooms_that_the_table_names(world):
    assert staff_of_rooms(world, ("agent",)) == named_in_table(("agent",))


def test_no_form_is_taken_without_its_token(world):
    strict = {"enforce_csrf_checks": True}
    taken = {
        name: world.ask("owner", "POST", world.path_of(name), **strict)
        for name, row in TABLE.items()
        if row.post != NOT_TAKEN
    }

    # Mail programs post there by themselves (RFC 8058); the unguessable address is the permission, and only stops.
    assert taken.pop("digest_stop") == "page"
    # In the home page, which is kept for everybody; it forgets a draft and a question in this browser, and asks for its Origin.
    assert taken.pop("welcome_leave") == "away"
    assert {name: word for name, word in taken.items() if word != "no"} == {}


@pytest.mark.soak
def test_every_method_of_every_route_for_everybody(world, capsys):
    wrong, asked = differences(world, TABLE, METHODS)
    for name, room in ADMIN_ROOMS.items():
        for actor in ACTORS[: -len(STAFF)] if room.path else ():
            for method in METHODS:
                word = world.ask(actor, method, room.path)
                asked += 1
                if word != ("no" if actor in ("owner", "other") else "sign-in"):
                    wrong.append(f"{method} admin room {name} by {actor}: {word}")
    rooms = staff_of_rooms(world, STAFF)

    with capsys.disabled():
        print(f"\naccess matrix: {asked + len(STAFF) * len(rooms)} cells, {len(wrong)} wrong")
    assert wrong == []
    assert rooms == named_in_table(STAFF)
    assert asked >= 1500


def test_the_words_tell_what_an_answer_shows():
    """The judge is judged: it must see a leak where there is one."""
    leak = HttpResponse(f"<p>{people.SECRET_FROM_CODE}</p>", status=404)

    assert people.word_for(leak) == "T2"
    assert people.word_for(HttpResponse(people.SECRET_FROM_LINK)) == "T1"
