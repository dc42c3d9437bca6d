"""Ids sort by time; order numbers cannot be guessed and survive being typed."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kameng.kit import ids


def test_ids_are_version_seven_and_sort_by_time() -> None:
    made = [ids.uuid7() for _ in range(2000)]
    assert len(set(made)) == len(made)
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    stamps = [one.int >> 80 for one in made]
    assert stamps == sorted(stamps)


def test_order_numbers_have_eighty_random_bits() -> None:
    made = {ids.order_number() for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", n) for n in made)


@given(st.sampled_from([str.lower, str.upper]), st.sampled_from(["", " ", "-", "."]))
def test_a_number_survives_being_typed(case: object, between: str) -> None:
    number = ids.order_number()
    typed = case(number.replace("-", between)).replace("0", "o").replace("1", "l")  # type: ignore[operator]
    assert ids.read_number(typed) == number
