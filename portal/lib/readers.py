"""Who opened a page: a person before it, or a program."""

import re

from django.http import HttpRequest

# Programs that read pages without anybody before them. Whoever hides is counted; views are for comparing articles.
BOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|preview|monitor|headless|lighthouse|facebookexternalhit|zalo.*scraper"
    r"|curl|wget|python|java/|okhttp|go-http|axios|node-fetch|libwww|httpclient",
    re.IGNORECASE,
)
# What browsers say when they fetch a page that the reader has not opened (yet), and in which words.
PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")
AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


def is_a_reader(request: HttpRequest) -> bool:
    """Say whether a customer opened the page: no program, no prefetch, no preview, nobody of the staff."""
    agent = request.headers.get("User-Agent", "")
    return (
        request.method == "GET"
        and bool(agent)
        and not BOTS.search(agent)
        and not any(AHEAD.search(request.headers.get(name, "")) for name in PREFETCH_HEADERS)
        and not getattr(request, "is_dummy", False)
        and not getattr(getattr(request, "user", None), "is_staff", False)
    )


def opens_a_page(request: HttpRequest) -> bool:
    """Say whether a customer opened the page in a window: no picture, frame or script of another page asked for it.

    Else a foreign page with our address as a picture would count as many views as it has readers. Browsers say what
    they ask for (Sec-Fetch-Dest); old ones say nothing and are believed.
    """
    return request.headers.get("Sec-Fetch-Dest", "document") == "document" and is_a_reader(request)
