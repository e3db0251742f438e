"""The haystack engine of the portal; the only file that knows both haystack and Whoosh."""

from haystack.backends.whoosh_backend import WhooshEngine


class PortalWhooshEngine(WhooshEngine):
    """Placeholder until the engine lands."""
