"""On which line of its template a saved document is shown. Pure."""

from __future__ import annotations

import pytest

from kameng.domains.design.rollouts.rules import State, line_for

BOTH = ("1.0", "1.1")
DONE, TAKEN_BACK = {"1.1": State.DONE}, {"1.1": State.ROLLED_BACK}


@pytest.mark.parametrize(
    ("made_on", "own", "lines", "tried", "shown"),
    [
        ("1.0", "1.0", BOTH, {}, "1.0"),
        ("1.0", "1.1", BOTH, DONE, "1.1"),
        ("1.0", "1.1", BOTH, {}, "1.1"),
        ("1.0", "1.1", BOTH, TAKEN_BACK, "1.0"),
        ("1.0", "1.1", ("1.1",), TAKEN_BACK, "1.1"),
        ("1.1", "1.0", BOTH, TAKEN_BACK, None),
        ("1.1", "1.0", BOTH, {"1.1": State.RUNNING}, None),
        ("1.1", "1.0", BOTH, DONE, "1.1"),
        ("1.1", "1.0", ("1.0",), {}, None),
        ("0.9", "1.0", BOTH, {}, "1.0"),
        ("1.0", None, BOTH, {}, "1.0"),
        ("1.0", None, BOTH, DONE, "1.1"),
        ("1.0", None, BOTH, {"1.1": State.RUNNING}, "1.0"),
        ("1.1", None, BOTH, TAKEN_BACK, None),
        ("0.9", None, BOTH, TAKEN_BACK, "1.0"),
        ("1.9", None, BOTH, {}, None),
        ("0.9", "0.9", BOTH, {}, "1.1"),
        ("1.2", "1.10", ("1.2", "1.10"), {}, "1.10"),
    ],
)
def test_nobody_comes_back_to_a_line_that_was_left_but_from_one_that_was_withdrawn(
    made_on: str, own: str | None, lines: tuple[str, ...], tried: dict[str, State], shown: str
) -> None:
    assert line_for(made_on, own, lines, tried) == shown
