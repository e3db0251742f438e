"""An editor who changes articles, and what must then be true of the index."""

import random

from django.db import transaction

from kb import search
from kb.models import ArticlePage
from kb.search.engine import portal_backend
from kb.search.indexing import drain_outbox, request_indexing
from kb.search.rebuild import check_index


class Editor:
    """Changes articles as editors do: new words, unpublished, published again. What index and database must agree on."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.ids = sorted(ArticlePage.objects.public().in_language("vi").values_list("pk", flat=True))
        self.word = ""

    @transaction.atomic
    def change(self) -> None:
        """Give five articles a word that no other has, take two away, put back what was taken before."""
        self.word = f"qx{self.draw.getrandbits(48):012x}"
        hidden, shown = self.draw.sample(self.ids, 2), self.draw.sample(self.ids, 5)
        back = list(ArticlePage.objects.filter(pk__in=self.ids, live=False).values_list("pk", flat=True))
        ArticlePage.objects.filter(pk__in=back).update(live=True)
        ArticlePage.objects.filter(pk__in=hidden).update(live=False)
        for article in ArticlePage.objects.filter(pk__in=shown):
            ArticlePage.objects.filter(pk=article.pk).update(keywords=f"{self.word}, từ khóa")
        self.expected = set(shown) - set(hidden)
        request_indexing({*hidden, *shown, *back})

    def put_all_back(self) -> None:
        """Publish what is unpublished still, for whoever uses the data next."""
        ArticlePage.objects.filter(pk__in=self.ids).update(live=True)
        request_indexing(self.ids)
        drain_outbox()

    def problems(self) -> list[str]:
        """Return what is wrong once the worker has come back and drained the outbox."""
        drain_outbox()
        report = check_index()
        backend = portal_backend()
        found = {hit.id for hit in search.search(self.word, language="vi", page_size=50).hits}
        wrong = {
            "missing": report.missing_page_ids,
            "surplus": report.surplus_ids,
            "waiting": report.waiting_count,
            "doubled": backend.document_count() - len(backend.indexed_ids()),
            "not as published": found ^ self.expected,
        }
        return [f"{name}: {value}" for name, value in wrong.items() if value]
