"""Start-up checks of the knowledge base."""

from typing import Any

from django.core.checks import CheckMessage, Warning
from haystack import connections

from kb.search.engine import PortalBackend
from kb.search.errors import AnalyzerMismatch


def check_search_index(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn when the index was made by another version of the analyzer; a missing one is made by the first start."""
    backend = connections["default"].get_backend()
    problem = backend.problem() if isinstance(backend, PortalBackend) else None
    if problem is None:
        return []
    if isinstance(problem, AnalyzerMismatch):
        return [Warning(str(problem), id="kb.W001")]
    return [Warning(str(problem), hint="Run rebuild_search.", id="kb.W002")]
