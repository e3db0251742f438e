"""The boxes that the knowledge base offers to the home page, and what a visitor may choose from."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kb import selectors
from kb.corrected_articles import CorrectedArticles as CorrectedArticles  # registers itself
from kb.policies.days import today
from kb.policies.touching import changes_touching
from kb.recommendations.module import Recommended as Recommended  # registers itself
from kb.selectors import shelves
from kb.selectors.maintenance import plans, task_choices
from kb.selectors.order_help import help_for
from kb.selectors.policies import rules_on
from kb.selectors.reading_history import recently_read
from kb.visitor_facts import DUE_WITHIN, due_maintenance
from personalization.preferences import BEHAVIOUR
from personalization.registry import (
    Choice,
    DigestItem,
    Module,
    Reason,
    Relevance,
    Standing,
    register,
    register_choices,
    urgency_of,
)
from personalization.situations import OrderSubject
from personalization.visitor import Visitor

EVERYONE = Reason(_("Everybody sees this."))
# A box, not a page.
ROWS = 3
# A planned change of rules grows more pressing in the month before it holds.
ANNOUNCED_DAYS = 30


@register
class Topics(Module):
    """The first level of the help centre."""

    key = "kb.topics"
    title = _("Help topics")
    template_name = "kb/modules/topics.html"
    order = 45
    is_wide = True
    is_personal = False

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        branches = shelves.topics_for(visitor)
        return {"branches": branches} if branches else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return EVERYONE


@register
class FrequentQuestions(Module):
    """Questions and answers, lately checked ones first."""

    key = "kb.popular"
    title = _("Frequent questions")
    template_name = "kb/modules/articles.html"
    order = 50
    is_personal = False

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        articles = shelves.questions_for(visitor)
        return {"articles": articles} if articles else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return EVERYONE


@register
class PopularNow(Module):
    """What was read most in the last days, by everybody together."""

    key = "kb.popular_now"
    title = _("Most read this week")
    template_name = "kb/modules/articles.html"
    order = 48
    is_personal = False

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        articles = shelves.popular_for(visitor)
        return {"articles": articles} if articles else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(_("Everybody sees this: what readers opened most in the last seven days."))


@register
class ChosenTopics(Module):
    """Articles of the categories that the visitor chose."""

    key = "kb.chosen_topics"
    title = _("On your topics")
    template_name = "kb/modules/chosen_topics.html"
    order = 30

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        topics = shelves.articles_on(visitor.preferences.topics, visitor)
        topics = [(category, articles) for category, articles in topics if articles]
        return {"topics": topics} if topics else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(_("You see this because you chose these topics."), fact="preferences.topics")


@register
class OwnedProducts(Module):
    """Articles about the appliances that the visitor owns."""

    key = "kb.owned_products"
    title = _("For the products you own")
    template_name = "kb/modules/owned_products.html"
    order = 20

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        codes = visitor.preferences.owned_products
        if not codes:
            return None
        products = shelves.product_links_of(codes, visitor.language)
        if not products:
            return None
        return {"articles": shelves.articles_about(codes, visitor), "products": products}

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        names = ", ".join(product.title for product in content["products"][:ROWS])
        return Reason(
            _("You see this because you told us that you own: %(products)s.") % {"products": names},
            fact="preferences.owned_products",
        )


@register
class DueMaintenance(Module):
    """What to clean or change soon."""

    key = "kb.due_maintenance"
    title = _("Maintenance due soon")
    template_name = "kb/modules/due_maintenance.html"
    order = 15

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        due = visitor.facts.ask(due_maintenance)
        return {"due": due} if due else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(_("You see this because you told us when you bought these products."), fact="kb.due_maintenance")

    def digest_items(self, visitor: Visitor, content: dict[str, Any]) -> list[DigestItem]:
        # Each language has rows of its own; the code of a task is one, so that changing the language tells nothing twice.
        codes = plans().codes
        return [
            DigestItem(
                key=f"{self.key}:{codes.get(one.task.pk, one.task.pk)}:{one.due_on.isoformat()}",
                text=gettext("%(task)s · %(product)s, on %(day)s")
                % {
                    "task": one.task.what,
                    "product": one.task.product.name,
                    "day": date_format(one.due_on, "SHORT_DATE_FORMAT"),
                },
                url=f"{one.task.product.get_absolute_url()}#maintenance",
            )
            for one in content["due"]
        ]

    def standing(self, visitor: Visitor, content: dict[str, Any]) -> Standing:
        return Standing(
            Relevance.OWN,
            urgency=urgency_of(content["due"][0].due_on, today=today(), term_days=DUE_WITHIN.days),
        )


@register
class ContinueReading(Module):
    """What the visitor opened last, to go on there."""

    key = "kb.continue_reading"
    title = _("Continue reading")
    template_name = "kb/modules/continue_reading.html"
    order = 26
    purpose = BEHAVIOUR

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        articles = visitor.once(recently_read)[:ROWS]
        return {"articles": articles} if articles else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(
            _("You see this because you let us keep what you read, and you opened these articles."),
            fact="kb.read_articles",
        )

    def standing(self, visitor: Visitor, content: dict[str, Any]) -> Standing:
        return Standing(Relevance.CHOSEN, changed_on=localtime(content["articles"][0].read_at).date())


@register
class PolicyChanges(Module):
    """Rules that changed, or will, after the visitor ordered: which text holds for which order."""

    key = "kb.policy_changes"
    title = _("Rules that changed since your order")
    template_name = "kb/modules/policy_changes.html"
    order = 18
    is_wide = True  # sentences: in a narrow box they would stand twice as tall as their neighbours

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        changes = changes_touching(visitor)[:ROWS]
        return {"changes": changes, "today": today()} if changes else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(
            _("You see this because you ordered before these rules changed."),
            fact="tracking.order_dates",
            change_url=reverse("orders"),
        )

    def standing(self, visitor: Visitor, content: dict[str, Any]) -> Standing:
        days = [one.change.in_force_from for one in content["changes"]]
        ahead = [day for day in days if day > today()]
        urgency = urgency_of(min(ahead), today=today(), term_days=ANNOUNCED_DAYS) if ahead else 0
        return Standing(Relevance.OWN, urgency=urgency, changed_on=max(days))

    def digest_items(self, visitor: Visitor, content: dict[str, Any]) -> list[DigestItem]:
        return [
            DigestItem(
                key=f"{self.key}:{one.change.url}:{one.change.in_force_from.isoformat()}",
                text=gettext("%(rule)s: new text from %(day)s. For your order %(number)s the earlier one holds.")
                % {
                    "rule": one.change.title,
                    "day": date_format(one.change.in_force_from, "SHORT_DATE_FORMAT"),
                    "number": one.order.reference,
                },
                url=one.url,
            )
            for one in content["changes"]
        ]


@register
class RulesOfOrder(Module):
    """On the page of an order: the rules that were in force when it was placed."""

    key = "kb.rules_of_order"
    title = _("The rules in force when you ordered")
    template_name = "kb/modules/rules_of_order.html"
    slot = "order"
    # The day stands on the page already; whoever may see the order may read which rules hold for it.
    is_personal = False

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        return None

    def content_about(self, visitor: Visitor, subject: object) -> dict[str, Any] | None:
        if not isinstance(subject, OrderSubject):
            return None
        day = subject.dates.placed_on
        rules = rules_on(day, language=visitor.language, user=visitor.user)
        return {"rules": rules, "day": day} if rules else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(_("Everybody who may see this order sees this."))


@register
class HelpForOrder(Module):
    """On the page of an order: the articles that editors chose for what it is like."""

    key = "kb.help_for_order"
    title = _("What helps now")
    template_name = "kb/modules/help_for_order.html"
    slot = "order"
    order = 10
    # The state stands on the page already; whoever may see it may read what helps.
    is_personal = False

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        return None

    def content_about(self, visitor: Visitor, subject: object) -> dict[str, Any] | None:
        if not isinstance(subject, OrderSubject):
            return None
        articles = help_for(subject.situations, language=visitor.language, user=visitor.user)
        return {"articles": articles} if articles else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(_("Everybody who may see this order sees this."))


def topic_choices(language: str) -> list[Choice]:
    """Return every category of the language, as the help centre orders them."""
    return [Choice(link.key, link.title) for link in selectors.category_links(language=language)]


def product_choices(language: str) -> list[Choice]:
    """Return every product of the language by name."""
    return [Choice(link.key, f"{link.title} ({link.key})") for link in selectors.product_links(language=language)]


register_choices("topics", topic_choices)
register_choices("products", product_choices)
register_choices("maintenance", task_choices)
