"""Very many queries: all pages of each, strange ones, and ones without an index."""

import gc
import random
import shutil
import time
from collections import Counter
from pathlib import Path

from kb import search
from kb.search.engine import portal_backend
from kb.search.measuring.evaluation import JudgedQuery, read_judged_queries
from kb.search.measuring.forms import with_forms
from kb.search.rebuild import rebuild_index
from tests.kb.search.soak import tell

SLOW_MS = 50


def judged_queries() -> list[JudgedQuery]:
    """Return the judged queries of the demo in all forms that people type."""
    return list(with_forms(read_judged_queries(Path("portal/demo/queries.jsonl"))))


def page_through() -> None:
    """Go through all pages of every judged query and count hits that come twice or never."""
    wrong, hits, pages = [], 0, 0
    queries = judged_queries()
    for query in queries:
        found: list[int] = []
        page = search.search(query.text, language=query.language)
        for number in range(1, page.page_count + 1):
            page = search.search(query.text, language=query.language, page=number)
            found += [hit.id for hit in page.hits]
            pages += 1
        hits += len(found)
        if len(found) != len(set(found)) or len(found) != page.count:
            wrong.append(f"{query.text!r}: {page.count} said, {len(found)} shown, {len(set(found))} different")
    tell(queries=len(queries), pages=pages, hits=hits, wrong=wrong)


def fuzz(count: int, seed: int) -> None:
    """Put strange queries: no exception, and none that holds the processor long."""
    draw = random.Random(seed)
    known = [query.text for query in judged_queries()]
    search.search(known[0], language="vi")
    search.search(known[0], language="en")
    gc.collect()
    gc.freeze()  # as a web process does after its start (portal/web_server.py)
    slow, times = [], []
    for _ in range(count):
        text, language = strange_query(draw, known), draw.choice(("vi", "en"))
        started = time.process_time()
        page = search.search(text, language=language, page=draw.choice((1, 1, 2, 10**6)))
        took = (time.process_time() - started) * 1000
        times.append(took)
        if took > SLOW_MS:
            slow.append((round(took, 1), text[:80]))
        assert not page.is_degraded, text
    times.sort()
    tell(queries=count, p50=times[count // 2], p95=times[count * 95 // 100], worst=times[-1], slow=slow)


def strange_query(draw: random.Random, known: list[str]) -> str:
    """Return a query made of known ones, operators, control characters, other scripts, keystrokes and very long words."""
    words = draw.choice(known).split()
    kind = draw.randrange(8)
    if kind == 0:
        return "".join(
            chr(draw.choice((draw.randrange(0x20, 0x7F), draw.randrange(0x10FFFF)))) for _ in range(draw.randrange(60))
        )
    if kind == 1:
        return " ".join(
            draw.choice(("AND", "OR", "NOT", "(", ")", '"', "*", "?", "~", "-", "[a TO", "\x00", *words))
            for _ in range(12)
        )
    if kind == 2:
        return " ".join(draw.choices(draw.choice(known).split() * 2, k=draw.choice((32, 200))))
    if kind == 3:
        return draw.choice("aăâđeêioôơuưyxqz") * draw.randrange(1, 5000)
    if kind == 4:
        letters = list(" ".join(words))
        for _ in range(draw.randrange(1, 6)):
            letters[draw.randrange(len(letters))] = draw.choice("qwertyuiopasdfghjklzxcvbnm fsrxj1234567890")
        return "".join(letters)
    if kind == 5:
        return "".join(words)
    if kind == 6:
        return " ".join(word[: draw.randrange(1, 4)] for word in words * 6)
    return draw.choice(("مرحبا", "洗衣机", "печать", "🖨️ kẹt", "ﬁ", "\ud800", "%_'; --", "<b>")) + " " + " ".join(words)


def without_files() -> None:
    """Compare how many judged queries find their page with the index and after its files were deleted."""
    queries = [query for query in judged_queries() if query.variant in ("asis", "typo", "telex")]
    before = _success(queries)
    shutil.rmtree(portal_backend().directory.path)
    after = _success(queries)
    rebuild_index()
    tell(queries=len(queries), before=before, after=after, healed=_success(queries))


def _success(queries: list[JudgedQuery]) -> dict[str, float]:
    """Return the share of success@5 by form, and that of degraded answers."""
    right, degraded, asked = Counter(), 0, Counter(query.variant for query in queries)
    for query in queries:
        page = search.search(query.text, language=query.language)
        right[query.variant] += any(hit.external_id in query.relevant for hit in page.hits[:5])
        degraded += page.is_degraded
    return {variant: right[variant] / number for variant, number in asked.items()} | {
        "degraded": degraded / len(queries)
    }
