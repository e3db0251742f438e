"""The registry of modules: what other apps offer for the home page and other slots.

An app offers modules in `home_modules.py`, found at start-up exactly as Django finds `admin.py`:

    @register
    class OpenOrders(Module):
        key = "tracking.open_orders"
        title = _("Your orders on the way")
        order = 10
        template_name = "tracking/modules/open_orders.html"

        def content(self, visitor):            # one query at most two; None = nothing to show
            orders = open_orders_of(visitor.user)
            return {"orders": orders} if orders else None

        def reason(self, visitor, content):    # why the visitor sees it, in one sentence
            return Reason(_("You see this because you have orders on the way."), fact="tracking.open_orders")

The template is the body of the box alone: the page adds the frame with the title (h2), the reason and the controls. It
gets what `content` returned under its own names (`orders`), `visitor`, `module` and what the context processors give.
`visitor.user` is an account only if `visitor.is_signed_in`.

`manage.py show_home_modules` prints the registry; tests/personalization pins its keys.

The same file offers what a visitor may choose from on the preferences page, for the two names the page knows:

    register_choices("topics", topic_choices)        # categories: Choice(code, title)
    register_choices("products", product_choices)    # appliances: Choice(product code, name)

    def topic_choices(language: str) -> list[Choice]:   # one query; called on the preferences page only
        return [Choice(code=category.slug, label=category.title) for category in ...]

Codes are the same in every language; what is stored is the code, never the label.

And what search offers beside the articles, in `search_hints.py`, found in the same way:

    register_search_hint("tracking.order", order_hint, order=10)

    def order_hint(text: str) -> SearchHint | None:     # no query: asked at every key
        ...

Kb shows what it gets and knows neither orders nor tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from laces.components import Component

from personalization.preferences import PERSONALIZATION
from personalization.ranking import FITS_A_CHOICE, FOR_EVERYBODY
from personalization.ranking import SOON as SOON
from personalization.ranking import URGENT as URGENT
from personalization.ranking import Relevance as Relevance
from personalization.ranking import Standing as Standing
from personalization.ranking import urgency_of as urgency_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from personalization.visitor import Visitor


@dataclass(frozen=True)
class Reason:
    """Why a module is shown: a sentence for the reader and the stored facts it names.

    `fact` is the key of a visitor fact ("tracking.open_orders"), of a preference
    ("preferences.topics") or "everyone" for what each visitor sees; `also` are the keys of further facts. `rule` is the
    editor's rule as a sentence, where one decided. `change_url` is the address at which the reader changes that fact;
    empty means the preferences page.
    """

    text: str | Promise
    fact: str = "everyone"
    change_url: str = ""
    also: tuple[str, ...] = ()
    rule: str = ""

    @property
    def facts(self) -> tuple[str, ...]:
        """The keys of all facts it names."""
        return (self.fact, *self.also)


@dataclass(frozen=True)
class DigestItem:
    """One line of the weekly letter.

    `key` says what exactly is told ("kb.due_maintenance:7:2026-12-01"): it is told once. `text` is for the reader, in
    the active language; `url` is an address of ours.
    """

    key: str
    text: str
    url: str


class Module(Component):
    """A box that an app offers to a page it does not own."""

    key: str
    title: str | Promise
    template_name: str = ""
    # Among modules of one score the lower comes first (see `ranking`), until the visitor orders them themselves.
    order: int = 100
    slot: str = "home"
    # A wide module takes a whole row of the page.
    is_wide: bool = False
    # A personal module is asked only for visitors who allow personalization. It uses their account
    # (`visitor.user`) only if `visitor.is_signed_in`: a guest may allow it too, in a cookie.
    is_personal: bool = True
    # What the visitor has to allow before it is asked, if that is more than personal pages.
    purpose: str = PERSONALIZATION

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        """Return the template's context, or None when there is nothing to show this visitor."""
        raise NotImplementedError

    def content_about(self, visitor: Visitor, subject: object) -> dict[str, Any] | None:
        """Return the context in a slot that is about something, such as one order; None when there is nothing to say.

        `subject` is what the owner of the slot passes: for slot "order" a `facts.PurchaseDates`.
        """
        return self.content(visitor)

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        """Return why this visitor sees the module; every module has to say."""
        raise NotImplementedError

    def standing(self, visitor: Visitor, content: dict[str, Any]) -> Standing:
        """Return how urgent, how personal and how fresh the content is, for the module's place on the page.

        A personal module is taken for something that fits what the visitor chose; say so if it is their own thing.
        """
        return FITS_A_CHOICE if self.is_personal else FOR_EVERYBODY

    def digest_items(self, visitor: Visitor, content: dict[str, Any]) -> Sequence[DigestItem]:
        """Return what of `content` is worth the weekly letter, the most urgent first; most modules say nothing there.

        A module of slot "digest" speaks in the letter only and needs no template.
        """
        return ()


class AccountPart(Module):
    """A part of the account page, declared in `account_parts.py`: what an app keeps for the customer who is signed in.

    It shows them their own things, whatever they allow the pages to be made of; so it is asked of everybody who has
    an account, and says nothing to anybody else.
    """

    slot = "account"
    is_personal = False

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        return self.content_for(visitor) if visitor.is_signed_in else None

    def content_for(self, visitor: Visitor) -> dict[str, Any] | None:
        """Return the template's context for a visitor with an account; None leaves the part out."""
        raise NotImplementedError

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(_("This is your own account."))


@dataclass(frozen=True)
class Choice:
    """One thing to choose from: `code` is stored and is the same in every language, `label` is read."""

    code: str
    label: str | Promise


ChoiceProvider = Callable[[str], list[Choice]]


@dataclass(frozen=True)
class StoredEntry:
    """One thing an app stores about a person: `text` for their eyes, `data` (plain values) for their download."""

    text: str
    data: dict[str, object]


@dataclass(frozen=True)
class StoredPart:
    """What an app stores about people besides their preferences, so that they can see, download and delete it.

    `entries` and `erase` look under the account and its proven addresses only; `erase` returns how many it deleted.
    Both take an account; a guest has proven no address. What cannot go without the account (`goes_with_account`) is not
    offered for deleting by itself; `what_stays` says in a sentence what is kept after erasure, and why. What is kept
    for a `purpose` of its own is erased when that is withdrawn.
    """

    key: str
    title: str | Promise
    entries: Callable[[AbstractBaseUser], list[StoredEntry]]
    erase: Callable[[AbstractBaseUser], int]
    goes_with_account: bool = False
    what_stays: str | Promise = ""
    purpose: str = ""


@dataclass(frozen=True)
class PartAbout:
    """What one app stores about one visitor besides their preferences."""

    key: str
    title: str | Promise
    entries: list[StoredEntry]


@dataclass(frozen=True)
class SearchHint:
    """A way past the articles that an app offers to whoever searches for a text.

    `group` says of which kind it is: "orders" or "contact". `text` is for the reader, in the active language; `url` is
    where it leads. `is_personal`: the searched text names a thing of one person, such as an order number. Nobody may
    store such a text or let a cache keep an answer to it.
    """

    group: str
    text: str
    url: str
    is_personal: bool = False


SearchHintProvider = Callable[[str], SearchHint | None]


@dataclass(frozen=True)
class _OfferedHint:
    order: int
    provider: SearchHintProvider


_modules: dict[str, Module] = {}
_choice_providers: dict[str, ChoiceProvider] = {}
_stored_parts: dict[str, StoredPart] = {}
_search_hints: dict[str, _OfferedHint] = {}


class DuplicateModule(Exception):
    """Two modules claim one key; rename one of them."""


def register(module_class: type[Module]) -> type[Module]:
    """Add `module_class` to the registry; refuses a key that is taken."""
    module = module_class()
    taken_by = _modules.get(module.key)
    if taken_by is not None and type(taken_by) is not module_class:
        raise DuplicateModule(f"{module.key}: {type(taken_by).__qualname__} and {module_class.__qualname__}")
    _modules[module.key] = module
    return module_class


def modules(slot: str = "home") -> list[Module]:
    """Return the modules offered for `slot`, in their default order."""
    return sorted(
        (module for module in _modules.values() if module.slot == slot), key=lambda module: (module.order, module.key)
    )


def digest_modules() -> list[Module]:
    """Return the modules that have something to say in the weekly letter, in their default order."""
    spoken = (module for slot in ("home", "digest") for module in modules(slot))
    return [module for module in spoken if type(module).digest_items is not Module.digest_items]


def all_modules() -> list[Module]:
    """Return every module, slot by slot, each in default order."""
    return sorted(_modules.values(), key=lambda module: (module.slot, module.order, module.key))


def find(key: str) -> Module | None:
    """Return the module of `key`, or None when no app offers it (any more)."""
    return _modules.get(key)


def register_stored_part(part: StoredPart) -> None:
    """Let people see and delete `part` on the preferences page; a second part of its key takes its place."""
    _stored_parts[part.key] = part


def stored_parts() -> list[StoredPart]:
    """Return what the apps store about people besides their preferences, by key."""
    return [_stored_parts[key] for key in sorted(_stored_parts)]


def register_choices(name: str, provider: ChoiceProvider) -> None:
    """Let `provider(language)` offer the choices called `name`: "topics" or "products"."""
    _choice_providers[name] = provider


def choices(name: str, language: str) -> list[Choice]:
    """Return what a visitor may choose from; empty while no app offers any."""
    provider = _choice_providers.get(name)
    return provider(language) if provider else []


def register_search_hint(key: str, provider: SearchHintProvider, *, order: int = 100) -> None:
    """Let `provider(text)` offer a way to whoever searches for `text`; lower `order` comes first.

    A provider asks no database and answers alike whether what the text names exists or not: it is called at every key,
    for everybody.
    """
    _search_hints[key] = _OfferedHint(order, provider)


def search_hints(text: str) -> list[SearchHint]:
    """Return what the apps offer to whoever searches for `text`, in their order. Costs no query."""
    offered = sorted(_search_hints.items(), key=lambda item: (item[1].order, item[0]))
    hints = (one.provider(text) for _key, one in offered)
    return [hint for hint in hints if hint is not None]


def is_personal_search(text: str) -> bool:
    """Say whether `text` names a thing of one person, so that nobody may store it. Costs no query."""
    return any(hint.is_personal for hint in search_hints(text))
