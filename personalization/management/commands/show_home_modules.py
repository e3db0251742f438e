"""Which modules a page can show, and from which app."""

from typing import Any

from django.core.management.base import BaseCommand

from personalization import registry

HEADINGS = ("key", "app", "order", "slot", "personal", "template")


class Command(BaseCommand):
    help = "Print the registry of modules as a table, in the order of the page."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [HEADINGS, *(_row(module) for module in registry.all_modules())]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
        for row in rows:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if len(rows) == 1:
            self.stdout.write("No app offers a module.")


def _row(module: registry.Module) -> tuple[str, ...]:
    app = type(module).__module__.partition(".")[0]
    return (
        module.key,
        app,
        str(module.order),
        module.slot,
        "yes" if module.is_personal else "no",
        module.template_name,
    )
