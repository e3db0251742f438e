"""Answers to what others announce."""

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions

from support import services


def make_agent_group(sender: AppConfig, using: str, **signal: object) -> None:
    """Have the agents' group after every `migrate`."""
    if using != "default":
        return
    # Django makes the permissions in a receiver of the same signal, which may come later.
    create_permissions(sender, verbosity=0, using=using)
    services.ensure_agent_group()
