"""What the shop says of itself on every page and in every letter."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

VI = _("Vietnamese")
EN = _("English")


@register_setting(icon="home", order=10)
class ShopSettings(BaseSiteSetting):
    """Name, telephone, hours and address of the shop; a text that is empty in English is shown in Vietnamese."""

    name = models.CharField(
        _("name"),
        max_length=80,
        blank=True,
        help_text=_("As customers know it, the same in both languages. Empty: the name from the installation."),
    )
    phone = PhoneNumberField(
        _("telephone"),
        blank=True,
        help_text=_("The one main number. Further ones belong to the contact channels. Empty: none is shown."),
    )
    email = models.EmailField(
        _("e-mail address"),
        blank=True,
        help_text=_("Shown to customers. Where questions are sent is set by the operator (SUPPORT_EMAIL)."),
    )
    hours_vi = models.CharField(
        _("hours"), max_length=80, blank=True, help_text=_("A phrase, such as “8:00–21:00, every day”.")
    )
    hours_en = models.CharField(_("hours"), max_length=80, blank=True)
    address_vi = models.CharField(
        _("address"), max_length=200, blank=True, help_text=_("Where customers may come. Not a post box.")
    )
    address_en = models.CharField(_("address"), max_length=200, blank=True)
    company_line_vi = models.CharField(
        _("company line"),
        max_length=200,
        blank=True,
        help_text=_("Registered name and tax code; stands at the foot of every page."),
    )
    company_line_en = models.CharField(_("company line"), max_length=200, blank=True)
    parts_article = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("how to order spare parts"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The article that the lists of spare parts lead to; readers get its translation."),
    )

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
        MultiFieldPanel([FieldPanel("hours_vi"), FieldPanel("address_vi"), FieldPanel("company_line_vi")], heading=VI),
        MultiFieldPanel([FieldPanel("hours_en"), FieldPanel("address_en"), FieldPanel("company_line_en")], heading=EN),
        PageChooserPanel("parts_article", page_type="kb.ArticlePage"),
    ]

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")

    def text(self, name: str, language: str) -> str:
        """Return the text `name` in `language`, or in Vietnamese where that one is empty."""
        return getattr(self, f"{name}_{language}", "") or getattr(self, f"{name}_vi")
