"""The index as haystack knows it; another engine needs nothing but this."""

from haystack import indexes

from kb.models import ArticlePage
from kb.search.documents import document_of


class ArticleIndex(indexes.SearchIndex, indexes.Indexable):
    """One entry for each public article, in its own language."""

    text = indexes.CharField(document=True)
    title = indexes.CharField()
    short_answer = indexes.CharField()
    language = indexes.CharField()
    article_type = indexes.CharField()
    category = indexes.MultiValueField()
    category_title = indexes.CharField()
    product = indexes.MultiValueField()
    external_id = indexes.CharField()
    expires_at = indexes.DateTimeField(null=True)

    def get_model(self):
        return ArticlePage

    def index_queryset(self, using=None):
        """Only what an anonymous reader may see; nothing else is ever written."""
        return ArticlePage.objects.public().select_related("locale")

    def read_queryset(self, using=None):
        return self.index_queryset(using)

    def should_update(self, instance, **kwargs):
        return self.index_queryset().filter(pk=instance.pk).exists()

    def prepare(self, obj):
        document = document_of(obj)
        prepared = super().prepare(obj)
        prepared |= {
            "text": "\n".join(
                (document.title, *document.keywords, *document.headings, document.short_answer, document.body)
            ),
            "title": document.title,
            "short_answer": document.short_answer,
            "language": document.language,
            "article_type": document.article_type,
            "category": list(document.categories),
            "category_title": document.category_title,
            "product": list(document.products),
            "external_id": document.external_id,
            "expires_at": document.expires_at,
        }
        self.prepared_data = prepared
        return prepared
