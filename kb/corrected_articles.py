"""For the weekly letter: articles about the visitor's products that were rewritten."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kb import selectors
from kb.selectors.corrections import corrections_among
from personalization.registry import DigestItem, Module, Reason, register
from personalization.visitor import Visitor


@register
class CorrectedArticles(Module):
    """Articles about the visitor's products whose text was corrected lately; in the letter only."""

    key = "kb.corrected_articles"
    title = _("Corrected articles about your products")
    slot = "digest"
    order = 60

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        codes = visitor.preferences.owned_products
        if not codes:
            return None
        articles = selectors.articles_about_products(codes, language=visitor.language, user=visitor.user, limit=50)
        corrections = corrections_among([page.pk for page in articles], user=visitor.user)
        return {"corrections": corrections} if corrections else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(_("You read this because you told us which products you own."), fact="preferences.owned_products")

    def digest_items(self, visitor: Visitor, content: dict[str, Any]) -> list[DigestItem]:
        return [
            # The key of the text, not of this box: who also asked about the article is told once.
            DigestItem(f"kb.correction:{one.key}", gettext("Corrected: %(title)s") % {"title": one}, one.url)
            for one in content["corrections"]
        ]
