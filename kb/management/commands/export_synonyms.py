"""Export synonym lines to a file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kb.models import Synonym
from kb.search.languages import DEFAULT_LANGUAGE, LANGUAGES
from kb.search.synonym_import import export_synonyms


class Command(BaseCommand):
    """Thin shell over kb.search.synonym_import."""

    help = "Exports the synonyms of a language as lines that import_synonyms reads; to the console without a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--lang", choices=LANGUAGES, default=DEFAULT_LANGUAGE)

    def handle(self, *args: str, file: Path | None, lang: str, **options: object) -> None:
        text = "".join(f"{line}\n" for line in export_synonyms(Synonym.objects.filter(language=lang)))
        if file is None:
            self.stdout.write(text, ending="")
            return
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{len(text.splitlines())} lines written to {file}.")
