"""Import synonym lines from a file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kb.search.analyzers import DEFAULT_LANGUAGE, LANGUAGES
from kb.search.synonym_import import import_synonyms


class Command(BaseCommand):
    """Thin shell over kb.search.synonym_import."""

    help = "Imports synonyms, one line each: `typed, typed = the page's words`. One way; marks do not matter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--lang", choices=LANGUAGES, default=DEFAULT_LANGUAGE)

    def handle(self, *args: str, file: Path, lang: str, **options: object) -> None:
        try:
            text = file.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8: byte {error.start} cannot be read. Save it as UTF-8.") from error
        result = import_synonyms(text.splitlines(), language=lang)
        for one in result.errors:
            self.stderr.write(f"line {one.line}: {one.reason}")
        self.stdout.write(
            f"{result.created} synonyms new, {result.unchanged} known, {len(result.errors)} lines left out."
        )
        if result.errors:
            raise CommandError("Some lines were left out; they are named above.")
