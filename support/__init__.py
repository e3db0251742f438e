"""Escalation: the contact form, tickets and their letters; may import kb, tracking and personalization."""
