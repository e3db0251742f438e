"""Who may see which page, once for every list, selector and index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import PermissionsMixin
from django.db.models import BooleanField, Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Length, Substr
from django.utils import timezone
from wagtail.models import Page, PageManager, PageViewRestriction
from wagtail.query import PageQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    Reader = AbstractBaseUser | AnonymousUser | None


def closed_to(user: Reader) -> QuerySet[PageViewRestriction]:
    """Return the view restrictions that `user` cannot pass; None stands for an anonymous reader.

    A shared password opens a page for one session, not for a person: such a page is served to whoever typed the
    password, but it is listed and found for nobody.
    """
    restrictions = PageViewRestriction.objects.exclude(restriction_type=PageViewRestriction.NONE)
    if not isinstance(user, PermissionsMixin) or not user.is_authenticated:
        return restrictions
    if user.is_superuser:
        return restrictions.filter(restriction_type=PageViewRestriction.PASSWORD)
    groups_of_user = user.groups.values("pk")
    return restrictions.exclude(restriction_type=PageViewRestriction.LOGIN).exclude(
        pk__in=PageViewRestriction.objects.filter(
            restriction_type=PageViewRestriction.GROUPS, groups__in=groups_of_user
        ).values("pk")
    )


class HelpPageQuerySet(PageQuerySet):
    """Pages of the knowledge base; every list for readers starts with `visible_to` or `public`."""

    def visible_to(self, user: Reader, *, at: datetime | None = None) -> HelpPageQuerySet:
        """Keep what `user` may read at a time, now unless told: published, not expired, below no restriction for them.

        Cost: no query of its own; the restrictions are part of the list's.
        """
        published = self.live().filter(Q(expire_at__isnull=True) | Q(expire_at__gt=at or timezone.now()))
        return published.open_to(user)

    def open_to(self, user: Reader) -> HelpPageQuerySet:
        """Keep what lies below no restriction that `user` cannot pass, published or not. Cost: as `visible_to`."""
        on_the_way_down = closed_to(user).filter(page__path=Substr(OuterRef("path"), 1, Length("page__path")))
        return self.filter(~Exists(on_the_way_down))

    def public(self, *, at: datetime | None = None) -> HelpPageQuerySet:
        """Keep what an anonymous reader may read at a time, now unless told."""
        return self.visible_to(None, at=at)

    def in_language(self, code: str) -> HelpPageQuerySet:
        """Keep the pages written in the language `code`."""
        return self.filter(locale__language_code=code)


class ArticleQuerySet(HelpPageQuerySet):
    """Articles."""

    def as_cards(self) -> ArticleQuerySet:
        """Leave the long texts in the database: lists show title and short answer only."""
        return self.defer("body", "keywords")

    def listed_in(self, category: Page) -> ArticleQuerySet:
        """Keep what the category lists: its own articles first, then those of others that name it, each once."""
        links = self.model.also_in.through.objects.filter(articlepage_id=OuterRef("pk"), categorypage_id=category.pk)
        is_own = Q(path__startswith=category.path, depth=category.depth + 1)
        return self.filter(is_own | Exists(links)).order_by(Case(When(is_own, then=Value(0)), default=Value(1)), "path")

    def below(self, category: Page) -> ArticleQuerySet:
        """Keep what the category or any category below it lists, each article once."""
        links = self.model.also_in.through.objects.filter(
            articlepage_id=OuterRef("pk"), categorypage__path__startswith=category.path
        )
        return self.filter(Q(path__startswith=category.path) | Exists(links))

    def ids_by_category(self) -> dict[str, set[int]]:
        """Return the ids of these articles by the tree path of each category that lists them. Cost: two queries."""
        ids_by_path: dict[str, set[int]] = defaultdict(set)
        for page_id, path in self.order_by().values_list("pk", "path"):
            ids_by_path[path[: -Page.steplen]].add(page_id)
        links = self.model.also_in.through.objects.filter(articlepage__in=self.order_by().values("pk"))
        for page_id, path in links.values_list("articlepage_id", "categorypage__path"):
            ids_by_path[path].add(page_id)
        return ids_by_path

    def about_products(self, codes: Collection[str]) -> ArticleQuerySet:
        """Keep the articles about one of the products named by their codes, each article once."""
        links = self.model.products.through.objects.filter(articlepage_id=OuterRef("pk"), product__code__in=codes)
        return self.filter(Exists(links))

    def related_to(
        self, article: Page, *, product_ids: Collection[int], place: Case | Subquery | None = None
    ) -> ArticleQuerySet:
        """Keep what stands below `article`: the articles chosen for it, then the nearest first.

        `place` is the place of a chosen article, null for the others. Near is what shares a product or the category:
        both before the product alone before the category alone; lately checked ones first.
        """
        links = self.model.products.through.objects.filter(articlepage_id=OuterRef("pk"), product_id__in=product_ids)
        category_path = article.path[: -Page.steplen]
        return (
            self.filter(locale_id=article.locale_id)
            .exclude(pk=article.pk)
            .alias(
                place=place or Value(None, output_field=IntegerField()),
                shares_product=Exists(links),
                shares_category=Case(
                    When(path__startswith=category_path, depth=article.depth, then=Value(True)),
                    default=Value(False),
                    output_field=BooleanField(),
                ),
            )
            .filter(Q(place__isnull=False) | Q(shares_product=True) | Q(shares_category=True))
            .order_by(
                F("place").asc(nulls_last=True),
                "-shares_product",
                "-shares_category",
                F("last_checked_on").desc(nulls_last=True),
                "path",
            )
        )


HelpPageManager = PageManager.from_queryset(HelpPageQuerySet)
ArticleManager = PageManager.from_queryset(ArticleQuerySet)
