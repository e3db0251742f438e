"""Writes of translations for others."""

from kb.translation.records import NoSource, confirm_translation

__all__ = ["NoSource", "confirm_translation"]
