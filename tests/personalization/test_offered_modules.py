"""Who is on the home page: the registry as the apps fill it. Keys are stored, so a change needs a data migration."""

from personalization import facts, registry
from portal.demo.people import DEMO_ACCOUNTS

HOME = [
    "tracking.orders_in_trouble",
    "tracking.open_orders",
    "kb.due_maintenance",
    "tracking.warranty",
    "kb.policy_changes",
    "kb.owned_products",
    "tracking.account_status",
    "kb.recommended",
    "kb.continue_reading",
    "kb.chosen_topics",
    "support.my_cases",
    "portal.announcements",
    "kb.topics",
    "kb.popular_now",
    "kb.popular",
    "tracking.order_lookup",
    "portal.offers",
    "support.ask_a_person",
]


def test_home_page_is_offered_these_modules_in_this_order():
    assert [module.key for module in registry.modules("home")] == HOME


def test_strangers_are_offered_these():
    assert [module.key for module in registry.modules("home") if not module.is_personal] == [
        "portal.announcements",
        "kb.topics",
        "kb.popular_now",
        "kb.popular",
        "tracking.order_lookup",
        "support.ask_a_person",
    ]


def test_key_of_a_module_names_its_app():
    for module in registry.all_modules():
        assert module.key.partition(".")[0] == type(module).__module__.partition(".")[0]


def test_key_of_a_fact_names_its_app():
    owners = {"preferences": "personalization"}

    for fact in facts.facts():
        prefix = fact.key.partition(".")[0]
        assert owners.get(prefix, prefix) == fact.compute.__module__.partition(".")[0]
        assert fact.description


def test_module_that_a_demo_customer_hides_is_a_real_one():
    hidden = {key for account in DEMO_ACCOUNTS if account.preferences for key in account.preferences.hidden_modules}

    assert hidden
    assert all(registry.find(key) for key in hidden)
