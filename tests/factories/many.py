"""Very many articles in seconds: rows copied in the database, past Wagtail's page tree code."""

import uuid
from itertools import cycle, islice

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from wagtail.models import Page

from kb.models import ArticlePage, CategoryPage


@transaction.atomic
def copy_articles(count: int) -> None:
    """Add `count` published articles: the texts of those there are, each with a title of its own.

    They have no revisions and are in no outbox: rebuild the index afterwards.
    """
    models = list(ArticlePage.objects.public().select_related("locale"))
    parents = {
        code: CategoryPage.objects.filter(locale__language_code=code).first()
        for code in {model.locale.language_code for model in models}
    }
    content_type = ContentType.objects.get_for_model(ArticlePage)
    copied = list(islice(cycle(models), count))
    pages = []
    for number, model in enumerate(copied):
        parent = parents[model.locale.language_code]
        parent.numchild += 1
        slug = f"ban-sao-{number}"
        pages.append(
            Page(
                path=Page._get_path(parent.path, parent.depth + 1, parent.numchild + 100),
                depth=parent.depth + 1,
                title=f"{model.title} {number}",
                draft_title=f"{model.title} {number}",
                slug=slug,
                url_path=f"{parent.url_path}{slug}/",
                live=True,
                locale_id=model.locale_id,
                content_type=content_type,
                translation_key=uuid.uuid4(),
            )
        )
    pages = Page.objects.bulk_create(pages, batch_size=500)
    for parent in parents.values():
        Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + 100)
    columns = [field.column for field in ArticlePage._meta.local_fields]
    chosen = ", ".join({"page_ptr_id": "%s", "external_id": "%s"}.get(column, column) for column in columns)
    rows = []
    for page, model in zip(pages, copied, strict=True):
        values = {"page_ptr_id": page.pk, "external_id": f"copy-{page.pk}"}
        rows.append([*(values[column] for column in columns if column in values), model.pk])
    with connection.cursor() as cursor:
        copy = f"INSERT INTO kb_articlepage ({', '.join(columns)}) SELECT {chosen} FROM kb_articlepage"  # noqa: S608 - columns
        cursor.executemany(f"{copy} WHERE page_ptr_id = %s", rows)
