"""A question that people answer in passing and robots pay for: before somebody is refused, they may answer it.

Ours and in words: no picture, no script, no third party, read out by a screen reader. It does not tell people from
robots for ever; it makes each further try cost three seconds and a new page, where it was free before. What must not
be guessed has limits that no answer lifts.
"""

from __future__ import annotations

import secrets
import time
import unicodedata
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.cache import cache
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.lib.fields import LineField

# Nobody reads a question and answers it faster; a robot has to wait, or to keep many pages open.
LEAST_SECONDS = 3
MOST_SECONDS = 15 * 60
_SALT = "portal.lib.questions"
_NUMBERS = (
    pgettext_lazy("number", "two"),
    pgettext_lazy("number", "three"),
    pgettext_lazy("number", "four"),
    pgettext_lazy("number", "five"),
    pgettext_lazy("number", "six"),
    pgettext_lazy("number", "seven"),
    pgettext_lazy("number", "eight"),
    pgettext_lazy("number", "nine"),
)
_FIRST = 2


@dataclass(frozen=True)
class Question:
    """What is asked; `token` goes with the form and says nothing about the answer."""

    text: str
    token: str


def ask() -> Question:
    """Return a new question in the active language. Nothing is stored until it is answered."""
    first, second = secrets.choice(range(len(_NUMBERS))), secrets.choice(range(len(_NUMBERS)))
    nonce = secrets.token_urlsafe(12)
    answer = first + second + 2 * _FIRST
    return Question(
        text=capfirst(
            _("How much is %(first)s plus %(second)s?") % {"first": _NUMBERS[first], "second": _NUMBERS[second]}
        ),
        token=signing.dumps([nonce, int(time.time()), _digest(nonce, str(answer))], salt=_SALT),
    )


def is_answered(token: str, typed: str) -> bool:
    """Say whether `typed` answers the question of `token`, in time and for the first time. One cache write."""
    try:
        nonce, asked_at, digest = signing.loads(token, salt=_SALT, max_age=MOST_SECONDS)
    except signing.BadSignature:
        return False
    if time.time() - asked_at < LEAST_SECONDS:
        return False
    if not constant_time_compare(digest, _digest(nonce, _digits(typed))):
        return False
    return cache.add(f"question:{nonce}", True, timeout=MOST_SECONDS)


class QuestionForm(forms.Form):
    """The question as part of another form: one field to see, one hidden."""

    answer = LineField(
        max_length=20,
        help_text=gettext_lazy("In digits. We ask because much was tried from your network or about this order."),
        error_messages={"required": gettext_lazy("Answer the question, in digits.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "size": "6"}),
    )
    question = forms.CharField(max_length=400, widget=forms.HiddenInput)

    @classmethod
    def fresh(cls) -> QuestionForm:
        """Return the form with a new question."""
        question = ask()
        form = cls(initial={"question": question.token})
        form.fields["answer"].label = question.text
        return form

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not is_answered(data["question"], data["answer"]):
            raise forms.ValidationError(_("That was not the answer. Here is another question."))
        return data


def _digest(nonce: str, answer: str) -> str:
    return salted_hmac(_SALT, f"{nonce}:{answer}", algorithm="sha256").hexdigest()[:32]


def _digits(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().rstrip(".")
