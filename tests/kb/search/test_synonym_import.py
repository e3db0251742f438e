"""Synonym files that somebody made to be a burden."""

import pytest

from kb.search.synonym_import import MAX_PHRASES, plan_import

pytestmark = pytest.mark.django_db


def test_a_line_with_thousands_of_phrases_is_left_out_and_the_others_stay():
    long_line = ",".join(f"w{number}" for number in range(60_000)) + " = máy giặt"
    just_enough = ",".join(f"v{number}" for number in range(MAX_PHRASES)) + " = máy lạnh"

    plan = plan_import([long_line, just_enough], language="vi")

    assert len(plan.synonyms) == MAX_PHRASES
    assert [error.line for error in plan.errors] == [1]
