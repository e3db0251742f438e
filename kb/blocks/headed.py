"""What every block with headings of its own can tell about them."""

from typing import Any

from kb.headings import Heading


class HeadedBlock:
    """Mixed into a block whose value may hold headings; the list of contents and search ask it for them."""

    def get_headings(self, value: Any) -> list[Heading]:
        """Return the headings in the order in which the template shows them, without anchors."""
        raise NotImplementedError

    def get_texts_below_headings(self, value: Any) -> list[str]:
        """Return the searchable words that are in no heading."""
        raise NotImplementedError

    def get_searchable_content(self, value: Any) -> list[str]:
        """Return all words, for the editors' own search."""
        return [heading.text for heading in self.get_headings(value)] + self.get_texts_below_headings(value)
