"""What the optional model of meaning keeps of each article: one vector, and the words it was made of."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.models.articles import ArticlePage


class ArticleVector(models.Model):
    """The meaning of one published article, as the model named in `model` sees it; goes with its article.

    `vector` holds 16-bit floats in the machine's own order of least significant byte first. `passage` is the text it
    was made of: an unchanged text is not embedded again, and readers' words get their marks back from these texts.
    """

    article = models.OneToOneField(ArticlePage, on_delete=models.CASCADE, primary_key=True, related_name="+")
    model = models.CharField(max_length=80)
    language = models.CharField(max_length=12)
    passage = models.TextField()
    vector = models.BinaryField()
    is_stale = models.BooleanField(default=False)
    embedded_at = models.DateTimeField(default=timezone.now, db_index=True)

    # Wagtail would list it as a use of the article that stands in the way of deleting it.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("vector of an article")
        verbose_name_plural = _("vectors of articles")

    def __str__(self) -> str:
        return f"page {self.article_id}, {self.model}"
