"""The web pages of kb that are not part of the page tree."""
