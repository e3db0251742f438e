"""Counters for Prometheus: requests by view, and the state of queue and index when asked."""

import time
from collections.abc import Callable, Iterator

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django_tasks_db.models import DBTaskResult
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kb import search

CONTENT_TYPE = CONTENT_TYPE_LATEST
# A client may send any word as the method: each would be a series of its own, kept for ever.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

requests_total = Counter("portal_requests_total", "Answered requests.", ["view", "method", "status"])
request_seconds = Histogram("portal_request_seconds", "Time to answer, in seconds.", ["view"])


class MetricsMiddleware:
    """Count every request by the name of its view, never by its address (which may hold a reference)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = (match.view_name or "unnamed") if match else "none"
        method = request.method if request.method in METHODS else "other"
        requests_total.labels(view, method, response.status_code).inc()
        request_seconds.labels(view).observe(time.perf_counter() - started)
        return response


class StateCollector(Collector):
    """The gauges that are read at the moment of asking."""

    def describe(self) -> list[Metric]:
        return []  # or registering would ask the database

    def collect(self) -> Iterator[Metric]:
        queue = GaugeMetricFamily("portal_tasks", "Tasks by queue and state.", labels=["queue", "status"])
        for row in DBTaskResult.objects.values("queue_name", "status").annotate(number=Count("pk")).order_by():
            queue.add_metric([row["queue_name"], row["status"]], row["number"])
        yield queue
        documents = GaugeMetricFamily(
            "portal_search_documents", "Documents in the search index; -1 when it cannot be opened."
        )
        try:
            documents.add_metric([], search.document_count())
        except search.SearchUnavailable:
            documents.add_metric([], -1)
        yield documents


def render() -> bytes:
    """Return everything in Prometheus' text format."""
    return generate_latest(REGISTRY)


def register_state_collector() -> None:
    """Called once at start-up, so that importing this file asks nothing of the database."""
    REGISTRY.register(StateCollector())
