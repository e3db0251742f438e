"""Writing through haystack's public interface: what `update_index` and other code rely on."""

from haystack.query import SearchQuerySet

from kb.models import CategoryPage
from kb.search.rebuild import rebuild_index
from kb.search_indexes import ArticleIndex
from tests.kb.search.conftest import publish_article


def test_update_and_remove_of_single_pages(site_tree, search_index):
    rebuild_index()
    page = publish_article("Robot hút bụi kêu to")

    search_index.update(ArticleIndex(), [page, page])
    found = [r.pk for r in SearchQuerySet().filter(content="hút bụi")]
    search_index.remove(page)
    search_index.remove(page)

    assert found == [page.pk]
    assert [r.pk for r in SearchQuerySet().filter(content="hút bụi")] == []


def test_update_never_writes_what_is_not_public(site_tree, search_index):
    rebuild_index()
    page = publish_article("Robot hút bụi kêu to")
    page.unpublish()

    search_index.update(ArticleIndex(), [page])

    assert search_index.document_count() == 0


def test_clear_empties_the_index(site_tree, search_index):
    publish_article("Robot hút bụi kêu to")
    rebuild_index()

    search_index.clear(models=[CategoryPage])
    kept = search_index.document_count()
    search_index.clear()

    assert (kept, search_index.document_count()) == (1, 0)
