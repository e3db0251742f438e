"""Who opened a page: a person before it, or a program."""

import re

from django.http import HttpRequest

# Programs that read pages without anybody before them. Whoever hides is counted; views are for comparing articles.
BOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|preview|monitor|headless|lighthouse|facebookexternalhit|zalo.*scraper"
    r"|curl|wget|python|java/|okhttp|go-http|axios|node-fetch|libwww|httpclient",
    re.IGNORECASE,
)
# What browsers say when they fetch a page that the reader has not opened (yet).
PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")


def is_a_reader(request: HttpRequest) -> bool:
    """Say whether a customer opened the page: no program, no prefetch, no preview, nobody of the staff."""
    agent = request.headers.get("User-Agent", "")
    return (
        request.method == "GET"
        and bool(agent)
        and not BOTS.search(agent)
        and not any("prefetch" in request.headers.get(name, "").lower() for name in PREFETCH_HEADERS)
        and not getattr(request, "is_dummy", False)
        and not getattr(getattr(request, "user", None), "is_staff", False)
    )
