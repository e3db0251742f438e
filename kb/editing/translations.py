"""Translating in the admin: the table of languages, making a translation, and keeping it up to date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.pages.revisions import RevisionsCompareView
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.models import Page

from kb.editing.language_table import LanguageTableView, language_name
from kb.models import HelpIndexPage
from kb.translation.copies import CannotTranslate, Translated, may_translate, place_for, translate_page, twin_in
from kb.translation.moves import move_beside_source, place_beside_source
from kb.translation.records import SOURCE_LANGUAGE, confirm_translation, source_of
from kb.translation.states import TARGET_LANGUAGES, outdated_record

TITLE_MAX_LENGTH = 255


class TranslationForm(forms.Form):
    """What a new translation is called; its text follows in the editor."""

    title = forms.CharField(
        label=gettext_lazy("Title in the other language"),
        max_length=TITLE_MAX_LENGTH,
        strip=True,
        help_text=gettext_lazy("The address is made of it, so do not keep the title of the source."),
    )


class StandingPageView(WagtailAdminTemplateMixin, TemplateView):
    """A page of the admin about one help page; aliases and pages outside the help centre are not found."""

    _show_breadcrumbs = True
    header_icon = "globe"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        page = get_object_or_404(Page, pk=kwargs["page_id"], alias_of__isnull=True)
        if not page.get_ancestors(inclusive=True).type(HelpIndexPage).exists():
            raise Http404
        self.page = page.specific
        self.check_permission()
        return super().dispatch(request, *args, **kwargs)

    def check_permission(self) -> None:
        """Raise PermissionDenied or Http404; here: whoever may edit the page."""
        if not self.page.permissions_for_user(self.request.user).can_edit():
            raise PermissionDenied

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        table = {"url": reverse("kb_translations"), "label": _("Translations")}
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, table, here]

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    @property
    def editor(self) -> AbstractBaseUser:
        """Who asks; the admin lets nobody in without an account."""
        return cast("AbstractBaseUser", self.request.user)

    def back_to_editor(self) -> HttpResponse:
        return redirect("wagtailadmin_pages:edit", self.page.pk)


class TranslateView(StandingPageView):
    """Ask for the title, then make the translation as a draft and open it."""

    page_title = gettext_lazy("Translate")
    template_name = "kb/editing/translate.html"

    def check_permission(self) -> None:
        self.language = self.kwargs["language"]
        if self.language not in TARGET_LANGUAGES and self.language != SOURCE_LANGUAGE:
            raise Http404
        if not may_translate(self.editor, self.page, self.language):
            raise PermissionDenied

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        twin = twin_in(self.page, self.language)
        if twin is not None:
            messages.info(request, _("This translation exists already."))
            return redirect("wagtailadmin_pages:edit", twin.pk)
        return self.render_to_response(self.get_context_data(form=TranslationForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = TranslationForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            done = translate_page(
                page=self.page, language=self.language, user=self.editor, title=form.cleaned_data["title"]
            )
        except CannotTranslate as problem:
            form.add_error(None, str(problem))
            return self.render_to_response(self.get_context_data(form=form))
        for sentence in _what_was_done(done):
            messages.success(request, sentence)
        return redirect("wagtailadmin_pages:edit", done.page.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place = place_for(self.page, self.language)
        return {
            **super().get_context_data(**kwargs),
            "page": self.page,
            "language": language_name(self.language),
            "place": place,
            "makes_parents": place is not None and place.translation_key != self.page.get_parent().translation_key,
            "has_unpublished_changes": self.page.live and self.page.has_unpublished_changes,
        }


def _what_was_done(done: Translated) -> list[str]:
    if not done.is_new:
        return [_("This translation exists already.")]
    sentences = [_("The translation was made as a draft. Translate its text, then publish it or submit it.")]
    if done.parents:
        titles = ", ".join(parent.title for parent in done.parents)
        sentences.append(
            _("Categories made with it, as drafts too; translate and publish them first: %(titles)s.")
            % {"titles": titles}
        )
    if done.left_out:
        sentences.append(
            _("Left out, because the other language does not have it: %(names)s.") % {"names": "; ".join(done.left_out)}
        )
    return sentences


class ConfirmView(StandingPageView):
    """Say that a translation says what its source says now."""

    page_title = gettext_lazy("This translation is up to date")
    template_name = "kb/editing/confirm_translation.html"

    def check_permission(self) -> None:
        super().check_permission()
        if source_of(self.page) is None:
            raise Http404

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        confirm_translation(page=self.page, user=self.editor)
        messages.success(request, _("Noted: the translation is up to date with its source."))
        return self.back_to_editor()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "page": self.page, "record": outdated_record(self.page)}


class MoveBesideSourceView(StandingPageView):
    """Put a translation into the category that is the translation of its source's category."""

    page_title = gettext_lazy("Move beside the source")
    template_name = "kb/editing/move_translation.html"

    def check_permission(self) -> None:
        self.place = place_beside_source(self.page)
        if self.place is None:
            raise Http404
        if not self.page.permissions_for_user(self.request.user).can_move_to(self.place):
            raise PermissionDenied

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        move_beside_source(page=self.page, user=self.editor)
        messages.success(request, _("The translation stands beside its source again. Its old address leads to it."))
        return self.back_to_editor()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "page": self.page, "place": self.place}


class SourceChangesView(RevisionsCompareView):
    """Wagtail's comparison of the source, for whoever may edit the translation and nothing of the source."""

    edit_url_name = None
    history_url_name = None
    page_title = gettext_lazy("What changed in the source")
    breadcrumbs_items_to_take = 0

    @property
    def header_buttons(self) -> list[HeaderButton]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.translation.pk])
        confirm = reverse("kb_confirm_translation", args=[self.translation.pk])
        return [
            HeaderButton(_("Edit the translation"), url=edit, icon_name="edit"),
            HeaderButton(_("This translation is up to date"), url=confirm, icon_name="check"),
        ]

    def setup(self, request: HttpRequest, page_id: int, **kwargs: Any) -> None:
        self.translation = get_object_or_404(Page, pk=page_id).specific
        record = outdated_record(self.translation)
        compared = record.source_revision_id if record else None
        super().setup(request, page_id, compared or "earliest", "live")

    def get_object(self, queryset: Any = None) -> Page:
        if not self.translation.permissions_for_user(self.request.user).can_edit():
            raise PermissionDenied
        source = source_of(self.translation)
        if source is None:
            raise Http404
        return source


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    return [
        path("translations/", LanguageTableView.as_view(), name="kb_translations"),
        path("translations/results/", LanguageTableView.as_view(results_only=True), name="kb_translations_results"),
        path("translations/<int:page_id>/to/<slug:language>/", TranslateView.as_view(), name="kb_translate"),
        path("translations/<int:page_id>/confirm/", ConfirmView.as_view(), name="kb_confirm_translation"),
        path("translations/<int:page_id>/move/", MoveBesideSourceView.as_view(), name="kb_move_translation"),
        path("translations/<int:page_id>/source/", SourceChangesView.as_view(), name="kb_source_changes"),
    ]


def _translate_buttons(page: Page, user: Any, priority: int) -> list[Button]:
    if page.alias_of_id or not page.get_ancestors(inclusive=True).type(HelpIndexPage).exists():
        return []
    return [
        Button(
            _("Translate into %(language)s") % {"language": language_name(code)},
            reverse("kb_translate", args=[page.pk, code]),
            icon_name="globe",
            priority=priority,
        )
        for code in (SOURCE_LANGUAGE, *TARGET_LANGUAGES)
        if code != page.locale.language_code and twin_in(page, code) is None and may_translate(user, page, code)
    ]


@hooks.register("register_page_header_buttons")
def source_beside_the_translation(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """Lead the editor of a translation to the published source, in a window beside it."""
    source = source_of(page) if view_name == "edit" else None
    if source is not None and source.live:
        yield Button(
            _("Open the source"),
            source.get_url(),
            icon_name="view",
            priority=75,
            attrs={"target": "_blank", "rel": "noreferrer"},
        )


@hooks.register("register_page_header_buttons")
def translate_in_the_editor(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:
    return _translate_buttons(page, user, priority=80)


@hooks.register("before_edit_page")
def tell_that_the_source_changed(request: HttpRequest, page: Page) -> None:
    """Greet the editor of an outdated translation with what to do about it."""
    if request.method != "GET" or page.locale.language_code == SOURCE_LANGUAGE:
        return
    record = outdated_record(page)
    if record is None or record.outdated_since is None:
        return
    day = date_format(localtime(record.outdated_since), "SHORT_DATE_FORMAT")
    messages.warning(
        request,
        _("The source changed on %(day)s, after this translation was compared with it.") % {"day": day},
        buttons=[
            messages.button(reverse("kb_source_changes", args=[page.pk]), _("See what changed")),
            messages.button(reverse("kb_confirm_translation", args=[page.pk]), _("This translation is up to date")),
        ],
    )


@hooks.register("after_publish_page")
def ask_whether_it_is_up_to_date(request: HttpRequest, page: Page) -> None:
    """Whoever publishes an outdated translation has most likely just brought it up to date: one step to say so."""
    if page.locale.language_code != SOURCE_LANGUAGE and outdated_record(page) is not None:
        messages.info(
            request,
            _("Does it now say everything that the source says?"),
            buttons=[
                messages.button(
                    reverse("kb_confirm_translation", args=[page.pk]), _("Yes, this translation is up to date")
                )
            ],
        )


@hooks.register("after_move_page")
def tell_where_the_translations_stand(request: HttpRequest, page: Page) -> None:
    """A moved source leaves its translations where they are: another team's tree is not changed in passing."""
    for code in TARGET_LANGUAGES:
        twin = twin_in(page, code)
        if twin is None or page.locale.language_code != SOURCE_LANGUAGE or place_beside_source(twin) is None:
            continue
        messages.warning(
            request,
            _("Its translation into %(language)s stands where it stood.") % {"language": language_name(code)},
            buttons=[messages.button(reverse("kb_move_translation", args=[twin.pk]), _("Move beside the source"))],
        )
