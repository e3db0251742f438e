"""Import and export in the admin: upload, look at what would change, confirm; or ask for everything as a zip."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permission_policies.pages import PagePermissionPolicy

from kb.models import HelpIndexPage
from kb.models.exchange import ExchangeJob, ExchangeKind, ExchangeStatus
from kb.services import exchange
from portal.lib.archives import MEGABYTE
from portal.lib.languages import active_language
from portal.lib.limits import limited
from portal.lib.spreadsheets import neutralise_formula
from portal.lib.text import clean_line

MAX_UPLOAD_BYTES = 10 * MEGABYTE
SUFFIXES = (".jsonl", ".json", ".zip")
SHOWN_JOBS = 20
# Each starts minutes of work; nobody needs more by hand.
RATES = "30/h/user"


class ImportForm(forms.Form):
    """A file, and whether what is in it is published."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "JSON lines (.jsonl), a Zendesk export (.json, .zip) or Markdown (.zip), at most 10 MB. Not for single articles: write those in the editor. Larger files are imported by an operator."
        ),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("What becomes of the articles"),
        widget=forms.RadioSelect,
        choices=[("drafts", gettext_lazy("Drafts: nothing is published"))],
        initial="drafts",
    )

    def __init__(self, *args: Any, may_publish: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_publish:
            live = ("live", gettext_lazy("Published, unless the file says that an article is a draft"))
            mode = self.fields["mode"]
            assert isinstance(mode, forms.ChoiceField)  # noqa: S101 - declared above
            mode.choices = [live, *self.base_fields["mode"].choices]  # type: ignore[attr-defined]  # the same field
            mode.initial = "live"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if Path(file.name).suffix.lower() not in SUFFIXES:
            raise ValidationError(
                _("Files of the kind “%(extension)s” are not taken here. Known are: %(known)s.")
                % {"extension": Path(file.name).suffix or "?", "known": ", ".join(SUFFIXES)}
            )
        if file.size > MAX_UPLOAD_BYTES:
            raise ValidationError(_("The file is larger than 10 MB. Split it, or ask an operator to import it."))
        file.name = clean_line(file.name)
        return file


class ExportForm(forms.Form):
    """What goes out beyond what everybody may read."""

    with_drafts = forms.BooleanField(
        label=gettext_lazy("Drafts, expired and closed articles too"),
        required=False,
        help_text=gettext_lazy(
            "They come in as drafts wherever the file is imported. Not for a file that is passed on."
        ),
    )
    with_people = forms.BooleanField(
        label=gettext_lazy("E-mail addresses of the responsible editors too"),
        required=False,
        help_text=gettext_lazy("Personal data: only for moving this site, not for translators or other companies."),
    )

    def __init__(self, *args: Any, may_see_people: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_see_people:
            del self.fields["with_people"]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show both forms and one's own latest jobs."""
    _check_may_import(request)
    return _index(request, _import_form(request), _export_form(request))


@require_POST
def start_import(request: HttpRequest) -> HttpResponse:
    """Take the file and have it checked."""
    _check_may_import(request)
    form = _import_form(request, request.POST, request.FILES)
    if limited(request, action="exchange", rates=RATES):
        form.add_error(None, _("Too many imports and exports within an hour. Please wait a little."))
    if not form.is_valid():
        return _index(request, form, _export_form(request), status=422)
    job = exchange.begin_import(
        file=form.cleaned_data["file"],
        user=request.user,
        language=active_language(),
        as_drafts=form.cleaned_data["mode"] == "drafts",
    )
    return redirect("kb_exchange_job", job.pk)


@require_POST
def start_export(request: HttpRequest) -> HttpResponse:
    """Have everything packed."""
    if not _may(request, "publish"):
        raise PermissionDenied
    form = _export_form(request, request.POST)
    if not form or not form.is_valid() or limited(request, action="exchange", rates=RATES):
        messages.error(request, _("Too many imports and exports within an hour. Please wait a little."))
        return redirect("kb_exchange")
    job = exchange.begin_export(
        user=request.user,
        language=active_language(),
        with_drafts=form.cleaned_data["with_drafts"],
        with_people=form.cleaned_data.get("with_people", False),
    )
    return redirect("kb_exchange_job", job.pk)


@require_safe
def show_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show how far a job is, and what it would do or has done."""
    job = _job(request, job_id)
    response = render(
        request,
        "kb/editing/exchange_job.html",
        {
            "page_title": str(job),
            "header_title": str(job),
            "header_icon": "upload" if job.kind == ExchangeKind.IMPORT else "download",
            "job": job,
            "report": job.report,
            "is_ready": job.status == ExchangeStatus.READY,
            "is_export": job.kind == ExchangeKind.EXPORT,
            "outcomes": {"created": _("New"), "updated": _("Changed")},
        },
    )
    if job.is_waiting:
        response.headers["Refresh"] = "3"
    return response


@require_POST
def confirm(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Let a checked import run; a second click changes nothing."""
    job = _job(request, job_id)
    if not job.options.get("as_drafts") and not _may(request, "publish"):
        raise PermissionDenied
    if not exchange.confirm_import(job_id=job.pk, user=request.user):
        messages.info(request, _("This import was confirmed before; nothing was done twice."))
    return redirect("kb_exchange_job", job.pk)


@require_safe
def faults(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Give what was rejected or left out as CSV."""
    job = _job(request, job_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="faults.csv"'
    response.write("\ufeff")
    table = csv.writer(response)
    table.writerow([_("Place"), _("Line"), _("Id"), _("Field"), _("Reason")])
    for row in [*job.report.get("errors", []), *job.report.get("notices", [])]:
        cells = (row["place"], str(row["line"] or ""), row["id"], row["field"], row["reason"])
        table.writerow([neutralise_formula(cell) for cell in cells])
    return response


@require_safe
def download(request: HttpRequest, job_id: UUID) -> HttpResponse | FileResponse:
    """Give the finished zip to whoever asked for it."""
    job = _job(request, job_id)
    if job.kind != ExchangeKind.EXPORT or job.status != ExchangeStatus.DONE or not job.path.exists():
        messages.error(request, _("The file is not there any more. Ask for a new one."))
        return redirect("kb_exchange")
    return FileResponse(job.path.open("rb"), as_attachment=True, filename=job.name, content_type="application/zip")


def _index(
    request: HttpRequest, import_form: ImportForm, export_form: ExportForm | None, status: int = 200
) -> HttpResponse:
    context = {
        "page_title": _("Import and export"),
        "header_title": _("Import and export"),
        "header_icon": "upload",
        "import_form": import_form,
        "export_form": export_form,
        "jobs": ExchangeJob.objects.filter(user__pk=request.user.pk or 0)[:SHOWN_JOBS],
    }
    return render(request, "kb/editing/exchange.html", context, status=status)


def _job(request: HttpRequest, job_id: UUID) -> ExchangeJob:
    _check_may_import(request)
    return get_object_or_404(ExchangeJob.objects.filter(user__pk=request.user.pk or 0), pk=job_id)


def _import_form(request: HttpRequest, *data: Any) -> ImportForm:
    return ImportForm(*data, may_publish=_may(request, "publish"), prefix="import")


def _export_form(request: HttpRequest, *data: Any) -> ExportForm | None:
    if not _may(request, "publish"):
        return None
    return ExportForm(*data, may_see_people=request.user.has_perm("portal.change_user"), prefix="export")


def _check_may_import(request: HttpRequest) -> None:
    if not (_may(request, "add") and _may(request, "change")):
        raise PermissionDenied


def _may(request: HttpRequest, action: str) -> bool:
    """Return whether the user may do that below the help index of every language."""
    policy = PagePermissionPolicy()
    indexes = list(HelpIndexPage.objects.filter(alias_of__isnull=True))
    return bool(indexes) and all(
        policy.user_has_permission_for_instance(request.user, action, index) for index in indexes
    )


class _ExchangeMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return _may(request, "add") and _may(request, "change")


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        path("exchange/", index, name="kb_exchange"),
        path("exchange/import/", start_import, name="kb_exchange_import"),
        path("exchange/export/", start_export, name="kb_exchange_export"),
        path("exchange/<uuid:job_id>/", show_job, name="kb_exchange_job"),
        path("exchange/<uuid:job_id>/confirm/", confirm, name="kb_exchange_confirm"),
        path("exchange/<uuid:job_id>/faults.csv", faults, name="kb_exchange_faults"),
        path("exchange/<uuid:job_id>/download/", download, name="kb_exchange_download"),
    ]


@hooks.register("register_settings_menu_item")
def menu_item() -> MenuItem:
    return _ExchangeMenuItem(gettext_lazy("Import and export"), reverse("kb_exchange"), icon_name="upload", order=900)
