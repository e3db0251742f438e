"""django-oscar's anonymous order view beside ours: the same orders, the same run, an environment and a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from tracking.measuring.building import SOURCE, BuiltOrder
from tracking.measuring.pace import Spread, spread_of
from tracking.models import OrderLine, TrackingEvent

REQUIREMENTS = "requirements-peer-oscar.txt"
CHUNK = 1000
_SHOP = Path(__file__).with_name("oscar_shop")


class OscarMissing(Exception):
    """Oscar cannot be measured here; the message is a sentence that says why and what to do."""


@dataclass(frozen=True)
class OscarPace:
    """What Oscar's look-up and order page took, how many orders and events it held, and on which versions."""

    oscar: str
    django: str
    orders: int
    events: int
    lookup: Spread
    page: Spread


def measure_oscar(lookups: Sequence[BuiltOrder], pages: Sequence[BuiltOrder]) -> OscarPace:
    """Give Oscar every order of the bed and return the pace of the same requests; a minute for 20,000 orders.

    Errors  OscarMissing if it cannot be installed or its process fails: the other figures stand without it.
    """
    python = oscar_python()
    with tempfile.TemporaryDirectory(prefix="oscar-") as folder:
        orders = Path(folder, "orders.jsonl")
        write_orders(orders)
        task = {
            "orders": str(orders),
            "lookups": [(order.number, order.email) for order in lookups],
            "pages": [(order.number, order.email) for order in pages],
        }
        environment = {"PATH": os.environ.get("PATH", ""), "OSCAR_DATABASE": str(Path(folder, "oscar.sqlite3"))}
        done = _run([str(python), "-I", str(_SHOP)], typed=json.dumps(task) + "\n", environment=environment)
    answer = json.loads(done.splitlines()[-1])
    return OscarPace(
        oscar=answer["oscar"],
        django=answer["django"],
        orders=answer["orders"],
        events=answer["events"],
        lookup=spread_of(answer["lookups"]),
        page=spread_of(answer["pages"], answer["queries"]),
    )


def oscar_python() -> Path:
    """Return the Python that has Oscar: OSCAR_PYTHON, else that of an environment made once under var/.

    Errors  OscarMissing if the environment cannot be made, most often for want of a network.
    """
    if chosen := os.environ.get("OSCAR_PYTHON"):
        return Path(chosen)
    requirements = settings.BASE_DIR / REQUIREMENTS
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = settings.BASE_DIR / "var" / f"peer-oscar-{digest}"
    python, stamp = folder / "bin" / "python", folder / "installed"
    if not stamp.exists():
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*install, "--require-hashes", "-r", str(requirements)])
        stamp.touch()
    return python


def write_orders(path: Path) -> None:
    """Write the orders of the bed, one JSON object a line: what both shops show of them."""
    with path.open("w", encoding="utf-8") as file:
        after = 0
        while lines := list(_lines().filter(order_id__gt=after)[:CHUNK]):
            after = lines[-1].order_id
            statuses = _statuses([line.order_id for line in lines])
            file.writelines(json.dumps(_row(line, statuses[line.order_id])) + "\n" for line in lines)


def _lines() -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order__source=SOURCE).select_related("order").order_by("order_id")


def _statuses(orders: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    events = TrackingEvent.objects.filter(shipment__order_id__in=orders).order_by("occurred_at")
    for order, status in events.values_list("shipment__order_id", "status"):
        found[order].append(status)
    return found


def _row(line: OrderLine, statuses: list[str]) -> dict[str, object]:
    return {
        "number": line.order.external_number,
        "email": line.order.contact_email,
        "phone": str(line.order.contact_phone),
        "address": line.order.recipient_address,
        "province": line.order.recipient_province,
        "placed_at": line.order.placed_at.isoformat(),
        "title": line.title,
        "quantity": int(line.quantity),
        "price": str(line.unit_price),
        "events": statuses,
    }


def _run(command: list[str], *, typed: str = "", environment: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(command, input=typed, env=environment, capture_output=True, text=True, check=True)
    except OSError as error:
        raise OscarMissing(_sentence(str(error))) from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip() or error.stdout.strip() or f"code {error.returncode}").splitlines()[-1]
        raise OscarMissing(_sentence(last)) from error
    return done.stdout


def _sentence(why: str) -> str:
    return (
        f"django-oscar was not measured: {why}. Its environment is made with a network, or name a Python that has "
        f"{REQUIREMENTS} installed: OSCAR_PYTHON=/path/to/python make bench."
    )
