"""The access matrix, written by hand: what each person gets from each address. A new route needs a row here.

Words (tests/security/access/world.py): T1, T2 a page with what that tier sees of the order · page, a page without
anything of it · none, 404 as for an order that does not exist · no, 403 · sign-in, away: sent there or elsewhere ·
bad, 400 · - a method that the address does not take.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.security.access.world import ACTORS

GUESTS, ACCOUNTS = 4, 5  # anonymous, lookup, link, code | owner, other, agent, editor, admin
NOT_TAKEN = "-"
# Views of allauth take further methods as they like: PUT like POST, OPTIONS like a page, others not at all.
AS_THE_LIBRARY_LIKES = "library"


@dataclass(frozen=True)
class Row:
    """The nine cells of GET (HEAD is the same without a body) and of POST; `others`: PUT, PATCH, DELETE, OPTIONS."""

    get: str
    post: str = NOT_TAKEN
    others: str = NOT_TAKEN

    def cells(self, method: str) -> tuple[str, ...]:
        text = {"GET": self.get, "HEAD": self.get, "POST": self.post}.get(method, self.others)
        words = text.split()
        return tuple(words * len(ACTORS) if len(words) == 1 else words)


def accounts(word: str, guests: str = "sign-in") -> str:
    """The cells of an address where every account gets the same, and guests are sent to the sign-in."""
    return " ".join([guests] * GUESTS + [word] * ACCOUNTS)


def of_library(get: str, post: str) -> Row:
    return Row(get, post, AS_THE_LIBRARY_LIKES)


TABLE: dict[str, Row] = {
    # --- Orders:             anonymous lookup link code | owner other agent editor admin
    "orders": Row(
        "                     page      page   page page   T1    page  page  page   page",
        "                     page      page   page page   T1    page  page  page   page",
    ),
    "order_link": Row(
        "                     page      page   page page   page  page  page  page   page",
        "                     away      away   away away   away  away  away  away   away",
    ),
    "order_detail": Row(
        "                     none      page   T1   T2     T2    none  none  none   none",
    ),
    "order_print": Row(
        "                     none      page   T1   T2     T2    none  none  none   none",
    ),
    "order_code": Row(
        "                     none      page   page away   away  none  none  none   none",
        "                     none      away   away away   away  none  none  none   none",
    ),
    "order_access": Row(
        "                     none      away   away page   page  none  none  none   none",
        "                     none      away   away away   away  none  none  none   none",
    ),
    "order_courier_check": Row(
        "                     none      away   page page   page  none  none  none   none",
        "                     none      away   page page   page  none  none  none   none",
    ),
    "order_calendar": Row(
        "                     none      away   page page   page  none  none  none   none",
        "                     none      away   away away   away  none  none  none   none",
    ),
    # A copy holds what a link shows, whoever asks: a file cannot be called back.
    "order_copy": Row(
        "                     none      page   T1   T1     T1    none  none  none   none",
    ),
    "order_subscribe": Row(
        "                     none      page   page page   page  none  none  none   none",
        "                     none      page   page page   page  none  none  none   none",
    ),
    # Whoever has the address; neither says anything of the order that number and contact would not.
    "order_calendar_feed": Row("page"),
    "order_subscription": Row("page", "page"),
    "digest_stop": Row("page", "page"),
    # T2 from here on; whoever has proved less is sent to the code.
    "order_claim": Row(
        "                     -",
        "                     none      away   away sign-in away none  none  none   none",
    ),
    "order_cancel": Row(
        "                     none      away   away page   page  none  none  none   none",
        "                     none      away   away away   away  none  none  none   none",
    ),
    "order_address": Row(
        "                     none      away   away page   page  none  none  none   none",
        "                     none      away   away page   page  none  none  none   none",
    ),
    "order_return": Row(
        "                     none      away   away T1     T1    none  none  none   none",
        "                     none      away   away T1     T1    none  none  none   none",
    ),
    "order_return_withdraw": Row(
        "-",
        "                     none      away   away away   away  none  none  none   none",
    ),
    "order_leave": Row("-", "away"),
    # Whoever has the letter about a claim may undo it; the page names the order by its reference alone.
    "order_claim_undo": Row("page", "away"),
    # --- Support
    "contact": Row("page", "page"),
    "contact_cases": Row(accounts("page")),
    "contact_case": Row(
        "                     none      none   none none   page  none  none  none   none",
        "                     none      none   none none   page  none  none  none   none",
    ),
    # --- Preferences: of whoever asks, account or browser
    "preferences": Row("page", "page"),
    "preference_download": Row("page"),
    "preference_withdraw": Row("away", "away", "away"),
    "preference_delete": Row("away", "away", "away"),
    "preference_delete_part": Row("away", "away", "away"),
    "preference_dismiss_module": Row("away", "bad", "away"),
    "preference_hide_module": Row("away", "bad", "away"),
    "preference_hide_aimed": Row("away", "bad", "away"),
    "preference_move_module": Row("away", "bad", "away"),
    "preference_pin_module": Row("away", "bad", "away"),
    "preference_appearance": Row("away", "bad", "away"),
    "preference_undo": Row("away", "away", "away"),
    "welcome_topics": Row("page", "away"),
    "welcome_products": Row("page", "page"),
    "welcome_reach": Row("page", "away"),
    "welcome_leave": Row("away", "away"),
    "preference_merge": Row("away", "away"),
    "preference_decide": Row("away", "bad", "away"),
    # --- The account
    "account": Row(
        "                     sign-in sign-in sign-in sign-in  T1 page  page  page   page",
    ),
    "account_data": Row(
        "                     sign-in sign-in sign-in sign-in  page page  page  page   page",
    ),
    "account_data_download": Row(accounts("page")),
    # Whoever is signed in proves once more who they are.
    "account_erase": Row(accounts("away"), accounts("away")),
    **dict.fromkeys(("points", "returns"), Row(accounts("page"))),
    "warranties": Row(accounts("page"), accounts("page")),
    "warranty_claim": Row(
        "                     sign-in sign-in sign-in sign-in  away away  away  away   away",
        "                     sign-in sign-in sign-in sign-in  away away  away  away   away",
    ),
    "account_login": of_library(accounts("away", "page"), accounts("away", "page")),
    "account_logout": of_library(accounts("page", "away"), "away"),
    "account_inactive": of_library("page", "-"),
    "account_signup": of_library(accounts("away", "page"), accounts("away", "page")),
    "account_reauthenticate": of_library(accounts("page"), accounts("page")),
    "account_email": of_library(accounts("page"), accounts("away")),
    "account_email_verification_sent": of_library(accounts("away"), accounts("away")),
    "account_change_password": of_library(accounts("page"), accounts("page")),
    "account_set_password": of_library(accounts("away"), accounts("away")),
    "account_reset_password": of_library("page", "page"),
    "account_confirm_login_code": of_library(accounts("away"), accounts("away")),
    "account_confirm_password_reset_code": of_library("sign-in", "sign-in"),
    "account_complete_password_reset": of_library("away", "away"),
    "account_password_reset_completed": of_library("page", "-"),
    "account_request_login_code": of_library(accounts("away", "page"), accounts("away", "page")),
    "mfa_index": of_library(accounts("page"), accounts("-")),
    "mfa_authenticate": of_library(accounts("away"), accounts("away")),
    "mfa_reauthenticate": of_library(accounts("away"), accounts("away")),
    # Sent away: whoever changes a second factor proves the password once more.
    "mfa_activate_totp": of_library(accounts("away"), accounts("away")),
    "mfa_deactivate_totp": of_library(accounts("none"), accounts("none")),
    "mfa_view_recovery_codes": of_library(accounts("none"), accounts("-")),
    "mfa_generate_recovery_codes": of_library(accounts("away"), accounts("away")),
    "mfa_download_recovery_codes": of_library(accounts("none"), accounts("none")),
    "mfa_list_webauthn": of_library(accounts("page"), accounts("-")),
    "mfa_add_webauthn": of_library(accounts("away"), accounts("away")),
    "mfa_reauthenticate_webauthn": of_library(accounts("away"), accounts("away")),
    "mfa_remove_webauthn": of_library(accounts("away"), accounts("away")),
    "mfa_edit_webauthn": of_library(accounts("away"), accounts("away")),
    "mfa_login_webauthn": of_library(accounts("away"), accounts("away")),
    "usersessions_list": of_library(accounts("page"), accounts("away")),
}

# What is the same for everybody: the help pages and the site's own machinery. Which articles a reader may see is said
# in tests/kb/test_visibility.py, and what the two interfaces give in tests/kb and tests/portal.
PUBLIC_MODULES = ("kb.", "wagtail.", "django.contrib.sitemaps.", "ninja.", "functools")
PUBLIC_ROUTES = frozenset(
    {
        "choose_language", "healthz", "readyz", "metrics", "robots", "llms", "security_txt", "favicon", "picture",
        "dismiss_notice", "openapi", "docs", "home",
    }
)  # fmt: skip
# In the place of views of Wagtail's, without a name of their own.
PUBLIC_PATTERNS = frozenset(
    {
        r"^documents/(\d+)/(.*)$",
        "documents/authenticate_with_password/<int:restriction_id>/",
        "vi/_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        "vi/_util/login/",
    }
)


@dataclass(frozen=True)
class Room:
    """One section of the admin: the address that is asked, and what agent, editor (reviewer) and administrator get.

    Guests are sent to the sign-in and customers refused, whatever the room. No path: the room has no page that opens
    without an object; its permissions are tested where it is made.
    """

    path: str
    staff: str = "page page page"


def room(path: str, staff: str = "page page page") -> Room:
    return Room(f"/admin/{path}", staff)


ONLY_WITH_AN_OBJECT = Room("")
REVIEWERS, ADMINISTRATORS, AGENTS = "away page page", "away away page", "page away page"

ADMIN_ROOMS: dict[str, Room] = {
    "": room(""),
    "pages": room("pages/"),
    "choose-page": room("choose-page/"),
    "choose-external-link": room("choose-external-link/"),
    "choose-email-link": room("choose-email-link/"),
    "choose-phone-link": room("choose-phone-link/"),
    "choose-anchor-link": room("choose-anchor-link/"),
    "tag-autocomplete": room("tag-autocomplete/"),
    "account": room("account/"),
    "dismissibles": room("dismissibles/"),
    "embeds": room("embeds/chooser/"),
    "documents": room("documents/"),
    "images": room("images/"),
    "handbook": room("handbook/"),
    "feedback": room("feedback/"),
    "test404": room("test404/"),
    "block-preview": room("block-preview/", "none none none"),
    "collections": room("collections/", ADMINISTRATORS),
    "experiments": room("experiments/", REVIEWERS),
    "workflows": room("workflows/list/", ADMINISTRATORS),
    "letters": room("letters/", ADMINISTRATORS),
    "redirects": room("redirects/", ADMINISTRATORS),
    "users": room("users/", ADMINISTRATORS),
    "groups": room("groups/", ADMINISTRATORS),
    # Languages and host names are set-up, which nobody does by clicking.
    "locales": room("locales/", "away away away"),
    "sites": room("sites/", "away away away"),
    "reports": room("reports/locked/", REVIEWERS),
    "exchange": room("exchange/", REVIEWERS),
    "translations": room("translations/catalogue/", REVIEWERS),
    # Each kind has its own entry in the menu, so Wagtail's list of kinds is empty and sends everybody home.
    "snippets": room("snippets/", "away away away"),
    "snippets/portal/noticebanner": room("snippets/portal/noticebanner/", REVIEWERS),
    "snippets/support/contactchannel": room("snippets/support/contactchannel/", REVIEWERS),
    "snippets/personalization/segment": room("snippets/personalization/segment/", REVIEWERS),
    "snippets/kb/product": room("snippets/kb/product/", REVIEWERS),
    "snippets/kb/sparepart": room("snippets/kb/sparepart/", REVIEWERS),
    "snippets/kb/searchpromotion": room("snippets/kb/searchpromotion/", REVIEWERS),
    "snippets/kb/synonym": room("snippets/kb/synonym/", REVIEWERS),
    "snippets/kb/reusabletext": room("snippets/kb/reusabletext/", REVIEWERS),
    "snippets/kb/orderhelp": room("snippets/kb/orderhelp/", REVIEWERS),
    "search-care": room("search-care/try/"),
    "snippets/choose/portal": room("snippets/choose/portal/noticebanner/"),
    "snippets/choose/support": room("snippets/choose/support/contactchannel/"),
    "snippets/choose/personalization": room("snippets/choose/personalization/segment/"),
    "snippets/choose/kb": room("snippets/choose/kb/product/"),
    "tickets": room("tickets/", AGENTS),
    "orders": room("orders/", AGENTS),
    "segments": room("segments/preview/", REVIEWERS),
    "returns": room("returns/", AGENTS),
    "warranty-claims": room("warranty-claims/", AGENTS),
    "registered-appliances": room("registered-appliances/", AGENTS),
    "after-sales-rules": room("after-sales-rules/", REVIEWERS),
    "membership-levels": room("membership-levels/", REVIEWERS),
    "audit": room("audit/", ADMINISTRATORS),
    "api": ONLY_WITH_AN_OBJECT,
    "bulk": ONLY_WITH_AN_OBJECT,
    "editing-sessions": ONLY_WITH_AN_OBJECT,
    "reindex": ONLY_WITH_AN_OBJECT,
    "settings": ONLY_WITH_AN_OBJECT,
}
# Wagtail's own, which hold nothing of anybody: pictures and words of its pages, its sign-in that leads to ours, the
# alarm and the password pages that we closed, and the line that catches what no other took.
ADMIN_MACHINERY = frozenset({"login", "logout", "failwhale", "sprite", "password_reset", "jsi18n", "^.*"})
