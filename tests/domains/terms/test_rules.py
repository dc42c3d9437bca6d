"""What a package may say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.terms import rules
from kameng.domains.terms.errors import BadPackage, PackageNotOnSale
from kameng.domains.terms.rules import Allows, Module, PackageDraft
from kameng.kit.money import Money

NOW = datetime(2026, 11, 21, tzinfo=UTC)
DRAFT = PackageDraft(" Starter ", " all goods ", None, Money.zero(), None, Allows())


def test_a_package_is_trimmed() -> None:
    checked = rules.check_package(DRAFT)
    assert (checked.name, checked.summary) == ("Starter", "all goods")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 31}),
        ("summary", {"summary": "x" * 121}),
        ("fee", {"fee": Money.of("-1")}),
        ("fee", {"fee": Money.of("0.001")}),
        ("fee", {"fee": Money.of("1000000.01")}),
        ("fee_year", {"fee_year": Money.of("-300")}),
        ("grace_days", {"grace_days": 61}),
        ("trial_days", {"trial_days": 0}),
        ("trial_days", {"trial_days": 367}),
        ("sku_limit", {"allows": Allows(sku_limit=-1)}),
        ("position", {"position": -1}),
    ],
)
def test_a_package_out_of_range_names_its_field(field: str, changes: dict[str, object]) -> None:
    with pytest.raises(BadPackage) as refusal:
        rules.check_package(replace(DRAFT, **changes))  # type: ignore[arg-type]
    assert refusal.value.facts["field"] == field


def test_a_package_off_sale_cannot_be_chosen_any_more() -> None:
    rules.check_choosable(on_sale=True)
    with pytest.raises(PackageNotOnSale):
        rules.check_choosable(on_sale=False)


def test_a_trial_ends_and_a_free_package_does_not() -> None:
    until = rules.valid_until(7, has_fee=False, now=NOW)
    assert until == NOW + timedelta(days=7)
    assert rules.in_force(until, now=NOW + timedelta(days=6, hours=23))
    assert not rules.in_force(until, now=NOW + timedelta(days=7))
    assert rules.in_force(
        rules.valid_until(None, has_fee=False, now=NOW), now=NOW + timedelta(days=9999)
    )
    assert rules.valid_until(None, has_fee=True, now=NOW) == NOW + rules.TO_PAY


@given(st.booleans(), st.booleans(), st.integers(0, 10**6), st.sets(st.sampled_from(Module)))
def test_what_a_package_allows_survives_storage(
    a: bool, b: bool, n: int, modules: set[Module]
) -> None:
    kept = tuple(one.value for one in Module if one in modules)
    allows = Allows(a, b, n, kept)
    assert rules.allows_from({**allows.as_json(), "word_of_next_year": 1}) == allows


def test_a_package_of_before_modules_has_them_all() -> None:
    stored = {"own_domain": True, "own_goods": False, "child_sites": False, "sku_limit": 0}
    assert rules.allows_from(stored) == Allows(own_domain=True)
    assert all(rules.allows_from(stored).has(one) for one in Module)
