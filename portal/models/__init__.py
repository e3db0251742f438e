"""The user and the pages of the shell."""

from portal.models.pages import HomePage
from portal.models.users import User

__all__ = ["HomePage", "User"]
