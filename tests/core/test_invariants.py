"""`flask verify`: every registered rule, its exceptions told, its exit code right."""

import pytest

from core import invariants
from core.invariants import UnknownInvariantError, check_all, invariant


@pytest.fixture(autouse=True)
def only_ours(monkeypatch, app):
    monkeypatch.setattr(invariants, "_invariants", {})
    app.extensions["invariant_modules"] = ()
    invariant("I10", "there is one of each")(list)


def test_all_is_well(runner):
    told = runner.invoke(args=["verify"])

    assert (told.exit_code, told.output) == (0, "I10    ok        there is one of each\n")


def test_a_violation_is_told_with_its_facts_and_ends_with_1(runner):
    invariant("I9", "no star without a recognition")(lambda: [{"product_id": 3}, {"product_id": 5}])

    told = runner.invoke(args=["verify"])

    assert told.exit_code == 1
    assert told.output.splitlines() == [
        "I9     VIOLATED  no star without a recognition",
        "         {'product_id': 3}",
        "         {'product_id': 5}",
        "I10    ok        there is one of each",
    ]


def test_one_rule_may_be_checked_alone(runner):
    invariant("I9", "no star without a recognition")(lambda: [{"product_id": 3}])

    assert runner.invoke(args=["verify", "--only", "I10"]).exit_code == 0


def test_a_rule_nobody_knows_is_an_error(runner):
    assert runner.invoke(args=["verify", "--only", "I99"]).exit_code == 2
    with pytest.raises(UnknownInvariantError):
        list(check_all(["I99"]))


def test_two_rules_cannot_have_one_name():
    with pytest.raises(ValueError, match="two invariants"):
        invariant("I10", "another")(tuple)
