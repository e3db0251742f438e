"""What the start of a demo tells whoever started it."""

from django.utils import translation

from portal.demo.orders import SAMPLE_ORDER
from portal.demo.people import DEMO_ACCOUNTS, DEMO_PASSWORD


def lines() -> list[str]:
    """Return the demo accounts and an order to look up, a line each."""
    with translation.override("en"):  # as everything else that the start prints
        accounts = [
            f"    {account.email:<26} {account.role.label if account.role else 'customer'}" for account in DEMO_ACCOUNTS
        ]
    return [
        f"\n  Demo accounts (password {DEMO_PASSWORD}):",
        *accounts,
        f"\n  An order to look up: {SAMPLE_ORDER.number} with {SAMPLE_ORDER.email}",
        "  Letters (links to orders, one-time codes) are shown here and kept as files in DATA_DIR/mail.",
    ]
