"""Mail without a mail server: shown on the console and kept as files."""

from django.core.mail.backends.console import EmailBackend as ConsoleBackend
from django.core.mail.backends.filebased import EmailBackend as FileBackend


class ConsoleAndFileBackend:
    """Deliver each letter to the console and to EMAIL_FILE_PATH; the embedded default."""

    def __init__(self, fail_silently: bool = False, **options):
        self._backends = [ConsoleBackend(fail_silently=fail_silently), FileBackend(fail_silently=fail_silently)]

    def send_messages(self, email_messages) -> int:
        sent = [backend.send_messages(email_messages) for backend in self._backends]
        return sent[0] or 0

    def open(self) -> None:
        for backend in self._backends:
            backend.open()

    def close(self) -> None:
        for backend in self._backends:
            backend.close()
