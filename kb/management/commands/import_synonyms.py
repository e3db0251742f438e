"""Import synonym lines from a file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kb.search.languages import DEFAULT_LANGUAGE, LANGUAGES
from kb.search.synonym_import import Outcome, import_synonyms, plan_import


class Command(BaseCommand):
    """Thin shell over kb.search.synonym_import."""

    help = "Imports synonyms, one line each: `typed, typed = the page's words`. One way; marks do not matter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--lang", choices=LANGUAGES, default=DEFAULT_LANGUAGE)
        parser.add_argument("--preview", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *args: str, file: Path, lang: str, preview: bool, **options: object) -> None:
        lines = _lines_of(file)
        if preview:
            plan = plan_import(lines, language=lang)
            for planned in plan.with_outcome(Outcome.NEW):
                self.stdout.write(f"new: {planned.synonym}")
            created = len(plan.with_outcome(Outcome.NEW))
            unchanged, errors = len(plan.synonyms) - created, plan.errors
        else:
            result = import_synonyms(lines, language=lang)
            created, unchanged, errors = result.created, result.unchanged, result.errors
        for one in errors:
            self.stderr.write(f"line {one.line}: {one.reason}")
        self.stdout.write(f"{created} synonyms new, {unchanged} known, {len(errors)} lines left out.")
        if errors:
            raise CommandError("Some lines were left out; they are named above.")


def _lines_of(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8: byte {error.start} cannot be read. Save it as UTF-8.") from error
