"""Weights that are in the index: tried on the embedded engine alone, whose index is made anew for it."""

from kb.models import ArticlePage
from kb.search.rebuild import rebuild_index
from tests.kb.search.test_commands import run, write_queries


def test_weight_of_the_index_is_tried_on_an_index_of_its_own(shop, tmp_path):
    # These words stand in the body alone, so that without it the page is not found.
    path = write_queries(tmp_path, {"q": "xoay chân bốn góc", "lang": "vi", "variant": "asis", "rel": ["can"]})
    ArticlePage.objects.filter(pk=shop.scale.pk).update(external_id="can")
    rebuild_index()

    lines = run("evaluate_search", str(path), "--weight", "body=0").splitlines()
    again = run("evaluate_search", str(path)).splitlines()

    assert "(-1.000)" in lines[-1]
    assert lines[2].rsplit("|", 3)[0] == again[2].rsplit("|", 3)[0]
