"""Redirects that lead in a circle are refused, whether typed or imported.

Wagtail (8.0) saves them, and a browser that follows one gives up with an error. Its views take their form from a name of
their module, so that name is where ours is put; when Wagtail lets a project name the form, this goes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.contrib.redirects import views
from wagtail.contrib.redirects.forms import RedirectForm
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

# A chain longer than this is a mistake too; browsers give up after about twenty.
LONGEST_CHAIN = 10


class StraightRedirectForm(RedirectForm):
    """Wagtail's form, which also follows where the redirect would lead."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start = data.get("old_path")
        if start and not self.errors:
            self._refuse_circle(
                Redirect.normalise_path(start), _target_of(data["redirect_page"], data["redirect_link"])
            )
        return data

    def _refuse_circle(self, start: str, target: str | None) -> None:
        if target == start:
            raise ValidationError(_("This redirect leads back to itself. Name another target."))
        others = Redirect.objects.exclude(pk=self.instance.pk).select_related("redirect_page")
        for _step in range(LONGEST_CHAIN):
            following = others.filter(old_path=target).first() if target else None
            if following is None:
                return
            target = _target_of(following.redirect_page, following.redirect_link)
            if target == start:
                raise ValidationError(_("This redirect would go round in a circle with others. Name another target."))
        raise ValidationError(_("This redirect leads through too many others. Name its final target."))


def _target_of(page: Page | None, link: str) -> str | None:
    """Return the path of a target on this site in the form redirects are stored in, None for another site's."""
    address = page.get_url() if page is not None else link
    parts = urlsplit(address or "")
    if parts.netloc and parts.netloc != urlsplit(settings.SITE_URL).netloc:
        return None
    return Redirect.normalise_path(parts.path) if parts.path else None


def refuse_circular_redirects() -> None:
    """Put our form in the place of Wagtail's; called once at start-up."""
    views.RedirectForm = StraightRedirectForm
    views.CreateView.form_class = StraightRedirectForm
    views.EditView.form_class = StraightRedirectForm
