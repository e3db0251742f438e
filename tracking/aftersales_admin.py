"""After-sales in the admin: rules and levels that editors fill in, and the lists of what happened by them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from tracking.admin_policies import ReadOnlyPolicy
from tracking.models import AuditEntry, LoyaltyTier, ProductTerms, ReturnRequest, WarrantyClaim, WarrantyRegistration
from tracking.staff.cases import ClaimViewSet, RegistrationViewSet, ReturnViewSet


class ProductTermsViewSet(ModelViewSet):
    """Rules by article and day; a new row changes a rule, so that past orders keep theirs."""

    model = ProductTerms
    icon = "clipboard-list"
    menu_label = _("After-sales rules")
    list_display = [
        "__str__",
        "valid_from",
        "return_days",
        "warranty_months",
    ]
    search_fields = ["article_code"]
    search_backend_name = None
    list_per_page = 50
    panels = [
        FieldPanel("article_code"),
        FieldPanel("valid_from"),
        FieldPanel("return_days"),
        FieldPanel("accepts_opened"),
        FieldPanel("opened_fee_percent"),
        FieldPanel("removal_fee_amount"),
        FieldPanel("warranty_months"),
        InlinePanel("parts", label=_("Parts with their own warranty")),
    ]


class LoyaltyTierViewSet(ModelViewSet):
    """The levels of membership, the lowest first."""

    model = LoyaltyTier
    icon = "crosshairs"
    menu_label = _("Membership levels")
    list_display = ["name_vi", "threshold_amount", "benefits_vi"]
    form_fields = ["code", "name_vi", "name_en", "threshold_amount", "benefits_vi", "benefits_en"]


class AuditEntryViewSet(ModelViewSet):
    """The record of the staff, to read."""

    model = AuditEntry
    copy_view_enabled = False
    inspect_view_enabled = True
    form_fields: list[str] = []
    search_backend_name = None
    list_per_page = 50
    icon = "history"
    menu_label = _("Who looked at what")
    list_display = ["subject", "action", "actor_name", "reason", DateColumn("at", label=_("Time"))]
    list_filter = ["action", "at"]
    search_fields = ["actor_name", "subject", "reason"]


READ_ONLY = (ReturnRequest, WarrantyClaim, WarrantyRegistration, AuditEntry)
for _model in READ_ONLY:
    register_permission_policy(_model, ReadOnlyPolicy(_model))


class AfterSalesGroup(ViewSetGroup):
    """One menu for all of it."""

    menu_label = _("After the sale")
    menu_icon = "redirect"
    menu_order = 310
    items = (
        ReturnViewSet("returns"),
        ClaimViewSet("warranty-claims"),
        RegistrationViewSet("registered-appliances"),
        ProductTermsViewSet("after-sales-rules"),
        LoyaltyTierViewSet("membership-levels"),
        AuditEntryViewSet("audit"),
    )
