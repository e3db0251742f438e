"""The knowledge base in the admin: Wagtail imports this file, which imports what registers itself."""

from kb.editing import catalogue

__all__ = ["catalogue"]
