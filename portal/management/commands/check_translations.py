"""Check, or with --write bring up to date, the Vietnamese catalogues of our apps."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import catalogues, library_catalogues


class Command(BaseCommand):
    help = "Fail on a text that is not translated, whose placeholders differ, or whose compiled catalogue is old."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="add new texts to the catalogues and compile them")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            for path in catalogues.write_all():
                self.stdout.write(f"written: {path}")
        problems = [*catalogues.problems(), *library_catalogues.gaps()]
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} texts need a translator (make messages collects them).")
        self.stdout.write("Every text is translated and compiled.")
