"""Imports and exports that editors ask for in the admin, until they are done and forgotten."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ExchangeKind(models.TextChoices):
    """Which way a job goes."""

    IMPORT = "import", _("Import")
    EXPORT = "export", _("Export")


class ExchangeStatus(models.TextChoices):
    """How far a job is."""

    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Waiting for you")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ExchangeJob(models.Model):
    """One import or export; its file lies in DATA_DIR/exchange, which no address serves, for a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=ExchangeKind)
    status = models.CharField(_("status"), max_length=10, choices=ExchangeStatus)
    name = models.CharField(_("file name"), max_length=255)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(_("language"), max_length=10)
    # What was asked for: as_drafts of an import, with_drafts and with_people of an export.
    options = models.JSONField(_("options"), default=dict)
    done = models.PositiveIntegerField(_("done so far"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    report = models.JSONField(_("report"), default=dict)
    created_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import or export")
        verbose_name_plural = _("imports and exports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"

    @property
    def path(self) -> Path:
        """Return where the file lies; the suffix says its format."""
        return settings.DATA_DIR / "exchange" / f"{self.pk}{Path(self.name).suffix.lower()}"

    @property
    def is_waiting(self) -> bool:
        """Return whether the worker has still to do something."""
        return self.status in (ExchangeStatus.CHECKING, ExchangeStatus.RUNNING)
