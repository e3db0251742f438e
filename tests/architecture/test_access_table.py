"""Each address has its row in the access matrix, before anybody asks who may see it."""

from tests.security.access.routes import all_routes
from tests.security.access.table import (
    ADMIN_MACHINERY,
    ADMIN_ROOMS,
    PUBLIC_MODULES,
    PUBLIC_PATTERNS,
    PUBLIC_ROUTES,
    TABLE,
)
from tests.security.access.world import ACTORS, METHODS


def is_public(route) -> bool:
    return route.module.startswith(PUBLIC_MODULES) or route.name in PUBLIC_ROUTES or route.pattern in PUBLIC_PATTERNS


def test_every_route_has_a_row():
    routes = all_routes()
    without = [
        route.pattern for route in routes if not route.is_admin and not is_public(route) and route.name not in TABLE
    ]
    rooms = {route.section for route in routes if route.is_admin} - ADMIN_MACHINERY

    assert without == [], "write what each person gets into tests/security/access/table.py"
    assert sorted(rooms - set(ADMIN_ROOMS)) == [], "write the room into ADMIN_ROOMS of tests/security/access/table.py"


def test_every_row_has_a_route():
    routes = all_routes()

    assert set(TABLE) - {route.name for route in routes} == set()
    assert set(ADMIN_ROOMS) - {route.section for route in routes if route.is_admin} == set()
    assert all(len(row.cells(method)) == len(ACTORS) for row in TABLE.values() for method in METHODS)
