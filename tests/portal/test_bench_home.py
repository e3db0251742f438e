"""The bench of the home page is real: its customers see their modules, within the promised queries, small."""

import pytest
from django.core.management import CommandError, call_command

from portal.lib.markdown_sections import put_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(site_tree, monkeypatch, tmp_path):
    monkeypatch.setattr("portal.management.commands.bench_home.SAMPLE", 2)
    return {"customers": 3, "segments": 20, "most_orders": 12, "rounds": 2, "output": tmp_path / "benchmarks.md"}


def test_it_writes_the_ratios_and_counts_the_queries(small):
    small["output"].write_text("# Benchmarks\n\n## Orders\n\nđơn\n")

    call_command("bench_home", **small)

    page = small["output"].read_text()
    rows = {cells[1].strip(): cells for line in page.splitlines() if len(cells := line.split("|")) > 3}
    assert "đơn" in page
    assert int(rows["home page, customer"][4]) >= 2, "modules are shown"
    assert int(rows["queries of a customer's page beyond one for each module, at most"][2]) <= 8
    assert int(rows["home page, the fullest customer"][4]) >= 2
    assert "≤ 1.5" in rows["customer ÷ stranger"][3]
    assert "≤ 1.5" in rows["the fullest customer ÷ stranger"][3]
    with pytest.raises(CommandError, match="fresh copy"):
        call_command("bench_home", **small)


def test_a_section_takes_the_place_of_the_one_of_its_heading(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Benchmarks\n\nkhung\n\n## Một\n\ncũ\n\n## Hai\n\ngiữ\n")

    put_section(page, "## Một", "## Một\n\nmới\n")
    put_section(page, "## Ba", "## Ba\n\nthêm\n")

    assert page.read_text() == "# Benchmarks\n\nkhung\n\n## Một\n\nmới\n\n## Hai\n\ngiữ\n\n## Ba\n\nthêm\n"
    put_section(tmp_path / "new.md", "## Một", "## Một\n\nmới")
    assert (tmp_path / "new.md").read_text() == "# Benchmarks\n\n## Một\n\nmới\n"
