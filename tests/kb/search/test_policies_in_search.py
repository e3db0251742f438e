"""Only the text in force of a policy is found: not the one before, not the one to come."""

import time_machine
from django.core.management import call_command

from kb import search
from kb.search.indexing import drain_outbox
from tests.factories.kb import make_category, make_policy, publish_policy


def is_found(word):
    return bool(search.search(word, language="vi").hits)


def test_search_follows_the_day_of_the_text(site_tree, search_index):
    with time_machine.travel("2026-06-15 12:00+07:00", tick=False):
        policy = make_policy(make_category(), title="Đổi trả", short_answer="Luật zirkoni.")
        publish_policy(policy, from_day="2026-06-15", short_answer="Luật wolfram.")
        publish_policy(policy, from_day="2026-07-01", short_answer="Luật titani.")
        drain_outbox()
        before = [is_found(word) for word in ("zirkoni", "wolfram", "titani")]

    with time_machine.travel("2026-07-01 00:00:30+07:00", tick=False):
        call_command("publish_scheduled", verbosity=0)
        drain_outbox()
        after = [is_found(word) for word in ("zirkoni", "wolfram", "titani")]

    assert before == [False, True, False]
    assert after == [False, False, True]
