"""The registry of modules, its order and its table."""

import pytest
from django.core.management import call_command

from personalization import registry
from personalization.selectors import arranged, modules_for
from tests.factories.personalization import make_guest_cookie, make_module, make_user, make_visitor, store_preferences


def shown(visitor) -> list[str]:
    return [module.key for module in modules_for(visitor)]


def test_taken_key_is_refused(empty_registry):
    registry.register(make_module("a"))

    with pytest.raises(registry.DuplicateModule):
        registry.register(make_module("a"))


def test_registering_one_class_twice_is_no_duplicate(empty_registry):
    module = make_module("a")

    registry.register(module)
    registry.register(module)

    assert [found.key for found in registry.modules()] == ["a"]


def test_stranger_sees_the_public_modules_in_default_order(fake_registry):
    assert shown(make_visitor()) == ["a", "b", "c"]


def test_guest_with_consent_sees_personal_modules_too(fake_registry):
    assert shown(make_visitor(cookie=make_guest_cookie())) == ["mine", "a", "b", "c"]


def test_module_without_content_is_left_out(fake_registry):
    registry.register(make_module("empty", content=lambda self, visitor: None))

    assert "empty" not in shown(make_visitor())


def test_module_of_another_slot_is_not_on_the_home_page(fake_registry):
    registry.register(make_module("beside", slot="account"))

    assert "beside" not in shown(make_visitor())
    assert [module.key for module in modules_for(make_visitor(), slot="account")] == ["beside"]


def test_neighbours_are_those_shown(fake_registry):
    registry.register(make_module("empty", order=15, content=lambda self, visitor: None))

    middle = modules_for(make_visitor())[1]

    assert (middle.previous, middle.key, middle.next) == ("a", "b", "c")


def test_reason_names_the_stored_fact(fake_registry):
    mine = modules_for(make_visitor(cookie=make_guest_cookie()))[0]

    assert str(mine.reason.text) == "Vì bạn chọn chủ đề."
    assert [str(fact) for fact in mine.facts] == ["Các chủ đề bạn đã chọn"]


def test_order_of_the_visitor_wins(fake_registry):
    visitor = make_visitor(cookie=make_guest_cookie(module_order=("c", "a", "b", "mine")))

    assert shown(visitor) == ["c", "a", "b", "mine"]


def test_hidden_module_is_gone(fake_registry):
    assert shown(make_visitor(cookie=make_guest_cookie(hidden_modules=frozenset({"a"})))) == ["mine", "b", "c"]


def test_unknown_keys_in_a_stored_order_do_no_harm(fake_registry):
    visitor = make_visitor(cookie=make_guest_cookie(module_order=("gone", "c", "c", "a")))

    assert shown(visitor) == ["mine", "c", "a", "b"]


def test_new_module_comes_after_the_one_it_follows_by_default(fake_registry):
    modules = registry.modules()

    keys = [module.key for module in arranged(modules, ("c", "a", "mine"))]

    assert keys == ["c", "a", "b", "mine"]


def test_failing_module_is_left_out_and_logged(fake_registry, settings, caplog):
    settings.RAISE_MODULE_ERRORS = False
    registry.register(make_module("broken", content=lambda self, visitor: 1 / 0))

    assert shown(make_visitor()) == ["a", "b", "c"]
    assert "module broken failed" in caplog.text


@pytest.mark.parametrize("part", ["content", "reason"])
def test_failing_module_fails_the_tests(fake_registry, part):
    registry.register(make_module("broken", **{part: lambda self, *rest: 1 / 0}))

    with pytest.raises(ZeroDivisionError):
        modules_for(make_visitor())


def test_module_with_a_broken_template_is_left_out(fake_registry, settings):
    settings.RAISE_MODULE_ERRORS = False
    registry.register(make_module("broken", template_name="there/is/none.html"))

    assert "broken" not in shown(make_visitor())


def test_personal_modules_cost_a_stranger_nothing(fake_registry):
    registry.register(make_module("asked", is_personal=True, content=lambda self, visitor: 1 / 0))

    assert shown(make_visitor()) == ["a", "b", "c"]


def test_signed_in_without_consent_is_like_a_stranger(fake_registry, user):
    assert shown(make_visitor(user)) == shown(make_visitor())


def test_accounts_do_not_see_each_others_choices(fake_registry, user):
    store_preferences(user, hidden_modules=frozenset({"a"}))
    other = make_user("binh@example.com")
    store_preferences(other, module_order=("c", "b", "a", "mine"))

    assert shown(make_visitor(user)) == ["mine", "b", "c"]
    assert shown(make_visitor(other)) == ["c", "b", "a", "mine"]


def test_choices_come_from_the_app_that_offers_them(fake_registry):
    assert [choice.code for choice in registry.choices("topics", "vi")] == ["bao-hanh", "may-giat"]
    assert registry.choices("colours", "vi") == []


def test_table_lists_each_module_with_its_app(fake_registry, capsys):
    call_command("show_home_modules")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["key", "app", "order", "slot", "personal", "template"]
    assert [line.split()[0] for line in lines[1:]] == ["mine", "a", "b", "c"]
    assert lines[1].split()[3:5] == ["home", "yes"]


def test_table_of_an_empty_registry_says_so(empty_registry, capsys):
    call_command("show_home_modules")

    assert "No app offers a module." in capsys.readouterr().out
