"""Money loses nothing: not in sums, not in shares, not in splits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.kit.money import BadAmount, BadPercent, Money, Percent

amounts = st.integers(-(10**15), 10**15).map(Money)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(lambda w: sum(w) > 0)


@given(amounts, weights)
def test_no_split_loses_a_micro_unit(amount: Money, shares: list[int]) -> None:
    parts = amount.split(shares)
    assert sum(part.micro for part in parts) == amount.micro
    assert all(part.micro == 0 for part, weight in zip(parts, shares, strict=True) if weight == 0)


@given(amounts)
def test_an_amount_survives_being_written_and_read(amount: Money) -> None:
    assert Money.of(str(amount)) == amount


@given(amounts)
def test_rounding_to_the_fen_moves_less_than_a_fen(amount: Money) -> None:
    assert abs((amount.payable() - amount).micro) <= 5_000
    assert amount.payable().fen * 10_000 == amount.payable().micro


@given(amounts, st.integers(0, 10_000_000))
def test_a_share_and_its_rest_make_the_whole(amount: Money, ppm: int) -> None:
    part = amount.share(Percent(ppm))
    assert part + (amount - part) == amount


def test_half_a_fen_is_rounded_up() -> None:
    assert Money.of("9.905").payable() == Money.of("9.91")
    assert Money.of("9.9049").payable() == Money.of("9.90")


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "NaN", "Infinity", "1e400", "1.2345678", "1_000", "--1", "9" * 41, "1,5"),
        *("1e1000000", "-1e9999999", "1e-1000000", "1e-999999999999", "1e999999999999999999"),
        *("1.0000000000000000000000000000001", "0.00000000000000000000000000000000001"),
    ],
)
def test_what_is_no_amount_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadAmount):
        Money.of(text)
    with pytest.raises(BadPercent):
        Percent.of(text)


def test_noughts_behind_the_point_change_nothing() -> None:
    assert Money.of("1.000000000000000000000000000000") == Money.of("1")
    assert Money.of("0e-999999999999") == Money.of("-0") == Money.zero()
    assert Money.of("9000000000000.000000000000000000") == Money.of(9_000_000_000_000)


def test_full_width_digits_count_as_digits() -> None:
    assert Money.of("９．９０") == Money.of("9.90")
    assert Percent.of("７").ppm == 70_000


def test_floats_never_become_money() -> None:
    with pytest.raises(TypeError):
        Money.of(9.9)  # type: ignore[arg-type]


def test_two_currencies_never_mix() -> None:
    with pytest.raises(TypeError):
        Money.of("1") + Money.of("1", "USD")


def test_a_percentage_finer_than_its_unit_is_refused() -> None:
    with pytest.raises(BadPercent):
        Percent.of("0.00001")
    assert Money.of("8.00").share(Percent.of("12.5")) == Money.of("1.00")
    assert str(Percent.of("12.50")) == "12.5"
    assert Money.of(Decimal("0.0035")).micro == 3500
