"""The editor's form of an article."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from kb.forms.places import PlacesForm
from kb.models.products import Product

# Rules, prices and firmware of appliances change about twice a year.
CHECK_INTERVAL = timedelta(days=180)


class ArticleForm(PlacesForm):
    """Offers the products of the page's own language and colleagues as owners; fills in what follows from a check."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "products" in self.fields:
            self.fields["products"].queryset = Product.objects.filter(locale_id=self.instance.locale_id)
        for name in {"owner", "last_checked_by"} & self.fields.keys():
            self.fields[name].queryset = colleagues(besides=getattr(self.instance, f"{name}_id"))
        if "owner" in self.fields and not self._may_hand_on():
            self.fields["owner"].disabled = True
        if not self.instance.has_unpublished_changes:
            # Both speak of one publishing; the next one is described anew.
            self.initial.update(change_note="", is_small_change=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("image") and not data.get("image_alt") and not data["image"].description:
            self.add_error("image_alt", _("Describe the image for readers who cannot see it."))
        if data.get("last_checked_on") and "last_checked_on" in self.changed_data:
            if "check_again_on" not in self.changed_data:
                data["check_again_on"] = data["last_checked_on"] + CHECK_INTERVAL
            if "last_checked_by" not in self.changed_data:
                data["last_checked_by"] = self.for_user
        return data

    def save(self, commit: bool = True) -> Page:
        page = super().save(commit)
        if not commit and "owner" in self.changed_data:
            # Wagtail keeps the owner with the page and in no revision, so a draft of a live page would lose it.
            Page.objects.filter(pk=page.pk).update(owner=page.owner)
        return page

    def _may_hand_on(self) -> bool:
        page = self.instance if self.instance.pk else self.parent_page
        return self.for_user is None or (page is not None and page.permissions_for_user(self.for_user).can_publish())


def colleagues(*, besides: int | None = None) -> QuerySet:
    """Return who can answer for an article: everybody who enters the admin, and `besides` who does so already."""
    user_model = get_user_model()
    enters = Q(groups__permissions__codename="access_admin") & Q(
        groups__permissions__content_type__app_label="wagtailadmin"
    )
    able = user_model.objects.filter(Q(is_superuser=True) | enters, is_active=True)
    return user_model.objects.filter(Q(pk__in=able.values("pk")) | Q(pk=besides)).order_by("full_name", "email")
