"""Segments: rules of editors over the facts about a visitor, and who they hold for. Decision: docs/adr/0028."""
