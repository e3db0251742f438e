"""What the start of a demo tells whoever started it."""

from portal.demo.orders import SAMPLE_ORDER
from portal.demo.people import AGENTS, DEMO_ACCOUNTS, DEMO_PASSWORD, EDITORS, REVIEWERS

ROLES = {"": "customer", EDITORS: "editor", REVIEWERS: "reviewer", AGENTS: "support agent"}


def lines() -> list[str]:
    """Return the demo accounts and an order to look up, a line each."""
    accounts = [
        f"    {account.email:<26} {'administrator' if account.is_administrator else ROLES[account.group]}"
        for account in DEMO_ACCOUNTS
    ]
    return [
        f"\n  Demo accounts (password {DEMO_PASSWORD}):",
        *accounts,
        f"\n  An order to look up: {SAMPLE_ORDER.number} with {SAMPLE_ORDER.email}",
    ]
