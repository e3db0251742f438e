"""What the editor sees of a block before placing it: a real example, in the editor's language.

Functions, not values, because the language is known only while a request is answered. What the catalogue and the
library would give is made up without being saved; pictures are taken from the library, the newest first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

if TYPE_CHECKING:
    from wagtail.images.models import AbstractImage
    from wagtail.models import Locale

RawValue = dict[str, Any]
# No row has it: what an example links to leads nowhere, and nothing is ever read or written by it.
EXAMPLE_KEY = 0


def text() -> str:
    """Return a part with its heading, a paragraph and a list."""
    return format_html(
        "<h2>{}</h2><p>{}</p><ul><li>{}</li><li>{}</li></ul>",
        _("When the display shows CL"),
        _("That is no fault: the child lock is on."),
        _("Hold the button Lock for 3 seconds to open it."),
        _("It is open when the light of the lock goes out."),
    )


def note() -> str:
    return format_html("<p>{}</p>", _("An unopened cartridge keeps for 24 months."))


def warning() -> str:
    return format_html("<p>{}</p>", _("Pull the plug before you open the lid."))


def steps() -> RawValue:
    return {
        "title": _("Cleaning the drain filter"),
        "minutes": None,
        "steps": [
            {
                "text": format_html("<p>{}</p>", _("Switch the appliance off and pull the plug.")),
                "image": None,
                "image_alt": "",
                "minutes": 1,
            },
            {
                "text": format_html("<p>{}</p>", _("Turn the filter anticlockwise until it comes out.")),
                "image": _picture(),
                "image_alt": "",
                "minutes": 3,
            },
        ],
    }


def faq() -> RawValue:
    return {
        "title": _("Before the technician comes"),
        "questions": [
            {
                "question": _("Do I have to be at home?"),
                "answer": format_html("<p>{}</p>", _("Yes, or somebody of age who can open the door.")),
            },
            {
                "question": _("What does the visit cost?"),
                "answer": format_html("<p>{}</p>", _("Nothing while the warranty lasts.")),
            },
        ],
    }


def image() -> RawValue:
    return {"image": _picture(), "alt": "", "caption": _("A picture from the library, with its caption.")}


def table() -> RawValue:
    return {
        "data": [
            [_("Code"), _("Meaning")],
            ["E1", _("Too little water comes in")],
            ["E2", _("The water does not drain")],
        ],
        "first_row_is_table_header": True,
        "first_col_is_header": True,
        "table_header_choice": "both",
        "table_caption": _("Common error codes"),
    }


def video() -> RawValue:
    return {
        "title": _("Changing the filter of the water purifier"),
        "file": None,
        "captions": None,
        "link": "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
        "poster": _picture(),
        "transcript": format_html("<p>{}</p>", _("Close the tap. Turn the old filter to the left and take it out.")),
    }


def spare_parts() -> RawValue:
    part = apps.get_model("kb", "SparePart")(
        pk=EXAMPLE_KEY, locale=_locale(), number="LK-W85-03", name=_("Drain filter"), price=120_000
    )
    return {"title": "", "parts": [{"part": part, "quantity": 1, "remark": _("With its seal")}]}


def product_facts() -> RawValue:
    names = [(_("Load"), "8,5 kg"), (_("Water for a wash"), "62 l")]
    product = apps.get_model("kb", "Product")(
        pk=EXAMPLE_KEY, locale=_locale(), code="NM-W85", slug="nm-w85", name=_("Washing machine Mây W85")
    )
    product.specifications = [
        apps.get_model("kb", "ProductSpecification")(name=name, value=value) for name, value in names
    ]
    return {"product": product, "specifications": []}


def download() -> RawValue:
    document = get_document_model()(
        pk=EXAMPLE_KEY, title=_("Manual of the washing machine W85"), file="huong-dan-w85.pdf", file_size=1_240_000
    )
    return {"document": document, "title": "", "description": _("Setting up, programmes, care."), "language": ""}


def reusable_text() -> Any:
    words = format_html("<p>{}</p>", _("Have the order number and the number on the type plate at hand when you call."))
    return apps.get_model("kb", "ReusableText")(pk=EXAMPLE_KEY, name=_("What to have at hand"), text=words)


def _picture() -> AbstractImage | None:
    return get_image_model().objects.order_by("-pk").first()


def _locale() -> Locale:
    locale = apps.get_model("wagtailcore", "Locale")
    return locale.objects.filter(language_code=get_language()).first() or locale.get_default()
