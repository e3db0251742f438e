"""Start-up checks of the knowledge base."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning

from kb.search.errors import AnalyzerMismatch, SearchUnavailable
from kb.search.storage import IndexDirectory


def check_search_index(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn when the index was made by another version of the analyzer; a missing one is made by the first start."""
    options = settings.HAYSTACK_CONNECTIONS["default"]
    if options["ENGINE"] != "kb.search.backend.PortalWhooshEngine":
        return []
    directory = IndexDirectory(options["PATH"])
    if not directory.exists():
        return []
    try:
        directory.current()
    except AnalyzerMismatch as error:
        return [Warning(str(error), id="kb.W001")]
    except SearchUnavailable as error:
        return [Warning(str(error), hint="Run rebuild_search.", id="kb.W002")]
    return []
