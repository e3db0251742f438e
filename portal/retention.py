"""How long each personal value is kept, and by which job it goes: the one table, held against the models by a test.

`docs/operations.md` prints it. A value that is gone earlier because its owner erases it, or withdraws the purpose it
was kept for, is not repeated in each line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from portal import tasks, traces


@dataclass(frozen=True)
class Kept:
    """Personal columns of one model (`label`), how long they stay (`until`), and the periodic job that ends it.

    Without a job they go with what they hang on: the account, the order, the question.
    """

    label: str
    columns: tuple[str, ...]
    until: str
    job: str = ""


WITH_ACCOUNT = "the account is erased"
WITH_ORDER = "the order's personal data go"
BOOKS = "ten years of the shop's books; names nobody once the account or the order's personal data are gone"
STAFF = "the member of the staff is deleted; the record itself stays"
OLD_ORDERS = "the account is erased; without an account ORDER_PERSON_YEARS after the order"

RETENTION: tuple[Kept, ...] = (
    # --- Account
    Kept("portal.User", ("email", "full_name", "password", "last_login", "date_joined"), WITH_ACCOUNT),
    Kept("account.EmailAddress", ("user", "email"), "it is removed; 30 days if never proven", "purge_unproven_accounts"),
    Kept("account.EmailConfirmation", ("email_address", "key"), "the address is removed"),
    Kept("mfa.Authenticator", ("user", "data", "last_used_at"), "it is removed"),
    Kept("usersessions.UserSession", ("user", "ip", "user_agent", "session_key", "data"), "the session ends", "purge_sessions"),
    Kept("sessions.Session", ("session_key", "session_data"), "it expires after two weeks", "purge_sessions"),
    # --- What the visitor told and allowed
    Kept("personalization.VisitorProfile", ("user", "topics", "language", "theme", "text_size", "density", "order_letters", "channel", "pinned_modules", "module_order", "hidden_modules", "dismissals"), WITH_ACCOUNT),
    Kept("personalization.OwnedProduct", ("user", "product_code", "serial_number", "purchased_on"), WITH_ACCOUNT),
    Kept("personalization.ConsentRecord", ("user", "purpose", "is_granted", "wording_version", "wording", "language", "source", "decided_at"), "the account is erased; the decision stays as a proof, without a person"),
    Kept("personalization.DigestSubscription", ("user", "stop_token", "looked_on", "told"), "each thing told: 180 days; the rest with the account", "post_digests"),
    # --- What was read, asked and said
    Kept("kb.ReadArticle", ("user", "article", "read_at"), "90 days, the 50 latest", "purge_behaviour"),
    Kept("kb.RecentSearch", ("user", "query", "shown_query", "searched_at"), "90 days, the 20 latest", "purge_behaviour"),
    Kept("kb.ArticleVote", ("visitor_key", "comment", "query"), "400 days, then only the vote is kept", "follow_up_feedback"),
    Kept("kb.FixSubscription", ("email",), "the article is corrected; 180 days at most", "follow_up_feedback"),
    Kept("kb.SearchLogEntry", ("query", "shown_query"), "SEARCH_LOG_DAYS; what names a person is never written", "purge_search_log"),
    Kept("kb.ExchangeJob", ("user", "name"), "one day", "purge_exchange_jobs"),
    Kept("support.Ticket", ("user", "agent", "name", "email", "phone", "subject", "order_reference", "search_query"), "TICKET_YEARS after it was solved", "purge_tickets"),
    Kept("support.TicketMessage", ("author", "body"), "with its question", "purge_tickets"),
    Kept("letters.Letter", ("recipient", "details", "last_error"), "30 days; receipts and answers with their question", "forget_old_letters"),
    # --- Orders
    Kept("tracking.Order", ("customer", "contact_email", "contact_phone", "recipient_name", "recipient_address", "name_key"), OLD_ORDERS, "forget_old_customers"),
    Kept("tracking.TrackingEvent", ("raw_text", "received_by", "place"), OLD_ORDERS, "forget_old_customers"),
    Kept("tracking.OrderEvent", ("text",), OLD_ORDERS, "forget_old_customers"),
    Kept("tracking.AddressChange", ("old_address", "new_address"), WITH_ORDER, "forget_old_customers"),
    Kept("tracking.ReturnRequest", ("requested_by", "comment"), WITH_ORDER, "forget_old_customers"),
    Kept("tracking.OrderClaim", ("user", "contact"), WITH_ORDER, "forget_old_customers"),
    Kept("tracking.Warranty", ("holder", "serial_number", "serial_key"), "the holder's account is erased; the number belongs to the appliance"),
    Kept("tracking.WarrantyRegistration", ("user", "serial_number", "serial_key"), WITH_ACCOUNT),
    Kept("tracking.WarrantyClaim", ("opened_by", "fault"), OLD_ORDERS, "forget_old_customers"),
    Kept("tracking.ClaimEvent", ("text",), OLD_ORDERS, "forget_old_customers"),
    Kept("tracking.AccessGrant", ("recipient", "device_marks"), "30 days after it was taken back or ran out; a link with the order", "purge_order_access"),
    Kept("tracking.CalendarFeed", ("seed", "token_digest"), "30 days after it was closed", "purge_order_access"),
    Kept("tracking.OrderSubscription", ("email",), "30 days after it was stopped or not confirmed", "purge_order_access"),
    Kept("tracking.CustomerAccount", ("user",), WITH_ACCOUNT),
    Kept("tracking.ContactPoint", ("value",), WITH_ACCOUNT),
    Kept("tracking.LedgerTransaction", ("text",), BOOKS),
    Kept("tracking.AuditEntry", ("actor_id", "actor_name", "reason"), "ten years: who of the staff looked at or changed what"),
    # --- The staff's own work
    Kept("kb.ArticlePage", ("last_checked_by",), STAFF),
    Kept("kb.TranslationRecord", ("confirmed_by",), STAFF),
    Kept("kb.Synonym", ("created_by",), STAFF),
    Kept("kb.SearchPromotion", ("created_by",), STAFF),
    Kept("wagtailusers.UserProfile", ("user", "avatar"), WITH_ACCOUNT),
    Kept("wagtailadmin.EditingSession", ("user",), "an hour"),
    Kept("wagtailcore.APIToken", ("user",), WITH_ACCOUNT),
    # --- Programs
    Kept("django_tasks_database.DBTaskResult", ("args_kwargs", "exception_class_path", "traceback"), "14 days; holds numbers of rows, not values", "purge_task_results"),
)  # fmt: skip

# Wagtail's own tables that name a member of the staff as the author of a change.
WAGTAIL_AUTHORS = frozenset(
    {
        "portal.NoticeBanner", "support.ContactChannel", "kb.Product", "kb.SparePart", "kb.ReusableText",
        "wagtailadmin.FormState", "wagtailcore.Comment", "wagtailcore.CommentReply", "wagtailcore.ModelLogEntry", "wagtailcore.Page",
        "wagtailcore.PageLogEntry", "wagtailcore.PageSubscription", "wagtailcore.Revision", "wagtailcore.TaskState",
        "wagtailcore.UploadedFile", "wagtailcore.WorkflowState", "wagtaildocs.Document", "wagtailimages.Image",
    }
)  # fmt: skip

NOT_PERSONAL = frozenset(
    {
        "portal.PeriodicJob", "portal.Experiment", "portal.ExperimentDay", "portal.HomePage", "portal.Role", "portal.RoleGrant", "portal.ShopSettings",
        "personalization.Segment",
        "kb.ProductSpecification", "kb.MaintenanceTask", "kb.OrderHelp", "kb.FaqPage", "kb.MaintenancePage", "kb.RelatedArticle",
        "kb.ExternalAddress", "kb.ArticleViews", "kb.ImportedArticle", "kb.ArticleVector", "kb.FourEyesTask", "kb.HelpIndexPage",
        "kb.ReadShare", "kb.CoReading", "kb.SourceLift",
        "kb.CategoryPage", "kb.PolicyPage", "kb.PolicyVersion", "kb.SearchLogClick", "kb.IndexRequest",
        "tracking.OrderLine", "tracking.Fulfillment", "tracking.FulfillmentLine", "tracking.Shipment", "tracking.ShipmentLine",
        "tracking.ImportJob", "tracking.LedgerAccount", "tracking.LedgerEntry", "tracking.PointsLot", "tracking.LoyaltyTier",
        "tracking.ReturnLine", "tracking.ProductTerms", "tracking.PartTerms",
        "wagtailredirects.Redirect", "wagtailembeds.Embed", "wagtailimages.Rendition", "wagtailsearch.IndexEntry",
        "wagtailsearch.SQLiteFTSIndexEntry", "wagtailadmin.Admin", "wagtailcore.Locale", "wagtailcore.Site",
        "wagtailcore.GroupSitePermission", "wagtailcore.CollectionViewRestriction", "wagtailcore.Collection",
        "wagtailcore.GroupCollectionPermission", "wagtailcore.WorkflowContentType", "wagtailcore.Workflow",
        "wagtailcore.WorkflowTask", "wagtailcore.Task", "wagtailcore.GroupApprovalTask", "wagtailcore.GroupPagePermission",
        "wagtailcore.PageViewRestriction", "wagtailcore.WorkflowPage", "wagtailcore.ReferenceIndex",
        "taggit.Tag", "taggit.TaggedItem", "auth.Permission", "auth.Group", "contenttypes.ContentType",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Purge:
    """One job of the table. `run` returns how much it took away; `count` is asked instead where files go, which no rollback brings back."""

    job: str
    run: Callable[[], int]
    count: Callable[[], int] | None = None


PURGES: tuple[Purge, ...] = (
    Purge("purge_sessions", tasks.purge_sessions.call),
    Purge("purge_unproven_accounts", tasks.purge_unproven_accounts.call),
    Purge("purge_behaviour", tasks.purge_behaviour.call),
    Purge("follow_up_feedback", tasks.follow_up_feedback.call),
    Purge("purge_search_log", tasks.purge_search_log.call),
    Purge("purge_exchange_jobs", tasks.purge_exchange_jobs.call, tasks.count_old_exchange_jobs),
    Purge("purge_tickets", tasks.purge_tickets.call),
    Purge("forget_old_letters", tasks.forget_old_letters.call),
    Purge("forget_old_customers", tasks.forget_old_customers.call),
    Purge("purge_order_access", tasks.purge_order_access.call),
    Purge("purge_task_results", tasks.purge_task_results.call),
    Purge("purge_traces", tasks.purge_traces.call, lambda: len(traces.old_mail_files())),
)


def as_table() -> str:
    """Return the lines of `docs/operations.md`."""
    rows = [f"| {kept.label} | {', '.join(kept.columns)} | {kept.until} | {kept.job or '–'} |" for kept in RETENTION]
    return "\n".join(["| model | personal values | kept until | job |", "|---|---|---|---|", *rows])


def purge(*, is_dry_run: bool = False) -> dict[str, int]:
    """Run every purge now and return, by job, how much went; with `is_dry_run` how much would go, and nothing does."""
    return {one.job: _would_take(one) if is_dry_run else one.run() for one in PURGES}


def _would_take(one: Purge) -> int:
    """Run it and take it back: then the answer is that of the code that will run."""
    if one.count is not None:
        return one.count()
    with transaction.atomic():
        taken = one.run()
        transaction.set_rollback(True)
    return taken
