"""The smallest valid pages and products of the knowledge base."""

import json
from datetime import date
from itertools import count

from wagtail.models import Locale, PageViewRestriction

from kb.models import (
    ArticlePage,
    CategoryPage,
    HelpIndexPage,
    MaintenanceTask,
    PolicyPage,
    Product,
    ProductSpecification,
    SparePart,
)

_numbers = count(1)


def make_category(*, parent=None, language="vi", code="", title="Bảo hành", **fields):
    """A published category, directly below the help index unless `parent` says otherwise."""
    parent = parent or HelpIndexPage.objects.in_language(language).get()
    category = CategoryPage(title=title, code=code, locale=parent.locale, **fields)
    parent.add_child(instance=category)
    category.save_revision().publish()
    return category


def make_article(category, *, model=ArticlePage, title="", body=(), products=(), is_live=True, **fields):
    """An article below `category`; `body` holds blocks as the page stores them."""
    title = title or f"Bài số {next(_numbers)}"
    article = model(title=title, locale=category.locale, body=json.dumps(list(body)), live=is_live, **fields)
    article.products = list(products)
    # The row is asked anew: another page may have been added below it since.
    CategoryPage.objects.get(pk=category.pk).add_child(instance=article)
    revision = article.save_revision()
    if is_live:
        revision.publish()
    return model.objects.get(pk=article.pk)


def make_product(code="NM-W85", *, language="vi", name="Máy giặt W85", specifications=(), tasks=(), **fields):
    """A product; `specifications` are (name, value) pairs, `tasks` are (what, interval in months) pairs."""
    fields.setdefault("slug", code.lower())
    product = Product(code=code, name=name, locale=Locale.objects.get(language_code=language), **fields)
    product.specifications = [
        ProductSpecification(name=key, value=value, sort_order=order)
        for order, (key, value) in enumerate(specifications)
    ]
    product.maintenance_tasks = [
        MaintenanceTask(what=what, interval_months=months, sort_order=order)
        for order, (what, months) in enumerate(tasks)
    ]
    product.save()
    return product


def restrict(page, kind=PageViewRestriction.LOGIN, *, groups=()):
    """Close `page`, and what lies below it, to readers who are not signed in (or in one of `groups`)."""
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=kind, password="mua" if kind == "password" else ""
    )
    restriction.groups.set(groups)
    return restriction


def heading(words, level=2):
    return text(f"<h{level}>{words}</h{level}>")


def text(html):
    return {"type": "text", "value": html}


def steps(*texts):
    lines = [{"text": f"<p>{one}</p>", "image": None, "image_alt": "", "minutes": None} for one in texts]
    return {"type": "steps", "value": {"title": "", "minutes": None, "steps": lines}}


def make_part(number="LK-W85-01", *, language="vi", name="Lưới lọc bơm xả W85", products=(), **fields):
    """A published spare part that fits `products`."""
    part = SparePart(number=number, name=name, locale=Locale.objects.get(language_code=language), **fields)
    part.products = list(products)
    part.save()
    return part


def make_policy(category, *, kind="return", title="Chính sách đổi trả", from_day="2026-01-01", **fields):
    """A published policy whose first text is in force from `from_day`."""
    return make_article(
        category, model=PolicyPage, title=title, policy_kind=kind, in_force_from=date.fromisoformat(from_day), **fields
    )


def publish_policy(policy, *, from_day, **fields):
    """Publish the policy with another text, as the editor's form would; returns the policy as the database has it."""
    page = PolicyPage.objects.get(pk=policy.pk).get_latest_revision_as_object()
    page.in_force_from = date.fromisoformat(from_day)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return PolicyPage.objects.get(pk=policy.pk)
