"""Filing numbers are kept in the shape they are printed in, and nothing else is kept."""

from __future__ import annotations

import pytest

from kameng.domains.agents.hostnames import filings
from kameng.domains.agents.hostnames.errors import BadFiling
from kameng.domains.agents.hostnames.filings import Filing


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("粤ICP备2026000001号-1", "粤ICP备2026000001号-1"),
        (" 京icp证 030173 号 ", "京ICP证030173号"),
        ("沪ＩＣＰ备２０２６０００００１号－２", "沪ICP备2026000001号-2"),
        ("", ""),
    ],
)
def test_a_number_is_kept_as_it_is_printed(typed: str, kept: str) -> None:
    assert filings.checked(typed, "") == Filing(icp=kept)


def test_the_police_number_may_be_written_with_a_space() -> None:
    found = filings.checked("", "粤公网安备 44010002000001号")
    assert found.police == "粤公网安备44010002000001号"


@pytest.mark.parametrize(
    "typed", ["2026000001", "粤备1号", "ICP备2026000001号", "粤ICP备2026000001号<script>", "无"]
)
def test_anything_else_is_refused(typed: str) -> None:
    for icp, police, field in ((typed, "", "icp"), ("", typed, "police")):
        with pytest.raises(BadFiling) as refused:
            filings.checked(icp, police)
        assert refused.value.facts["field"] == field
