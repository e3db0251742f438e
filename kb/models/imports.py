"""What the article import remembers, so that it can be repeated and resumed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.articles import ArticlePage


class ImportedArticle(models.Model):
    """The state in which an article last came from outside.

    Written in the same transaction as the page: a row exists exactly when its article landed, which makes it the
    checkpoint of an import that was cut off. Apart from the page, so that going back to an older revision of the
    page does not bring back an older digest.
    """

    page = models.OneToOneField(ArticlePage, on_delete=models.CASCADE, primary_key=True, related_name="imported")
    digest = models.CharField(_("digest"), max_length=64)
    imported_at = models.DateTimeField(_("imported at"), auto_now=True)

    class Meta:
        verbose_name = _("imported article")
        verbose_name_plural = _("imported articles")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.digest[:12]}"
