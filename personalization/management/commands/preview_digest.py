"""What the weekly letter would tell an account now."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from personalization.digest.letters import content_of
from personalization.digest.models import DigestSubscription
from personalization.digest.reading import digest_of
from personalization.visitor import Visitor


class Command(BaseCommand):
    help = "Print the weekly letter of an account as it would be now; nothing is sent and nothing remembered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="address of the account")
        parser.add_argument("--html", action="store_true", help="print the HTML twin instead of the text")
        parser.add_argument("--all", action="store_true", help="with what was told before")

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model().objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError("There is no account of this address.")
        # Without a row nothing was told; a made-up one gives the letter an address to stop that leads nowhere.
        subscription = DigestSubscription.objects.filter(user=user).first() or DigestSubscription(user=user)
        visitor = Visitor.of_account(user)
        language = visitor.preferences.language or settings.LANGUAGE_CODE
        with translation.override(language):
            told = {} if options["all"] else subscription.told
            sections = digest_of(visitor, wanted=lambda key: key not in told)
            content = content_of(sections, subscription, language) if sections else None
        if content is None:
            self.stdout.write("No letter: the account does not allow it, or there is nothing new.")
            return
        self.stdout.write(f"Subject: {content.subject}\n")
        self.stdout.write(content.html if options["html"] else content.text)
