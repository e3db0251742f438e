"""Care of search in the admin: synonyms, promoted results, the box that tries them, and what readers searched for."""

from kb.editing.search_care import promotions, synonyms

__all__ = ["promotions", "synonyms"]
