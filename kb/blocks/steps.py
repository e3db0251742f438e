"""Numbered things to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kb.blocks import previews
from kb.blocks.checks import missing_description, raise_errors
from kb.blocks.choosers import ImageChoice
from kb.blocks.text import INLINE_FEATURES
from kb.headings import words_of

MINUTES_OF_A_DAY = 1440


class StepBlock(blocks.StructBlock):
    """One thing to do."""

    text = blocks.RichTextBlock(label=_("what to do"), features=[*INLINE_FEATURES, "ul"])
    image = ImageChoice(label=_("image"), required=False)
    image_alt = blocks.CharBlock(
        label=_("description of the image"),
        required=False,
        max_length=255,
        help_text=_("What a reader who cannot see the image has to know. Empty: the description of the image itself."),
    )
    minutes = blocks.IntegerBlock(label=_("minutes"), required=False, min_value=1, max_value=MINUTES_OF_A_DAY)

    class Meta:
        icon = "order"
        label = _("Step")

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            raise_errors(missing_description(cleaned, image="image", alt="image_alt"))
        return cleaned


class StepsValue(blocks.StructValue):
    """Steps that know how long they take together."""

    @property
    def written_steps(self) -> list[blocks.StructValue]:
        """Return the steps that say what to do; a draft may hold empty ones."""
        return [step for step in self["steps"] if words_of(step["text"].source)]

    @property
    def total_minutes(self) -> int | None:
        """Return the time the editor gave, or the sum when every step has its own; None when it is not known."""
        if self.get("minutes"):
            return self["minutes"]
        times = [step["minutes"] for step in self.written_steps]
        return sum(times) if times and all(times) else None


class StepsBlock(blocks.StructBlock):
    """Numbered steps; they also become structured data for search engines."""

    title = blocks.CharBlock(
        label=_("title"),
        required=False,
        max_length=160,
        help_text=_(
            "What is done at the end, such as “Changing the filter”. Not where a heading above already says so."
        ),
    )
    minutes = blocks.IntegerBlock(
        label=_("minutes in all"),
        required=False,
        min_value=1,
        max_value=MINUTES_OF_A_DAY,
        help_text=_("Leave empty when every step has its own time; they are added up."),
    )
    steps = blocks.ListBlock(StepBlock(), label=_("steps"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        description = _("Numbered things to do, in order. For a list without an order use a bulleted list in a text.")
        template = "kb/blocks/steps.html"
        value_class = StepsValue
        preview_value = staticmethod(previews.steps)
