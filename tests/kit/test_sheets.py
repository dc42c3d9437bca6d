"""What goes out as a sheet runs nowhere."""

from __future__ import annotations

import pytest

from kameng.kit.sheets.writing import Table, as_csv, tame


@pytest.mark.parametrize("sign", [*"=+-@\t\r\n", *"＝＋－＠﹦"])
def test_no_text_is_calculated_in_whatever_width_its_sign_is_written(sign: str) -> None:
    told = f"{sign}HYPERLINK(1)"
    assert tame(told) == f"'{told}"
    written = b"".join(as_csv(Table("", [("商品", 1)], [(told,)]))).decode()
    assert f"'{sign}" in written


@pytest.mark.parametrize("text", ["", "9.90", "成本+10%", "视频会员 = 年", "５=9"])
def test_other_texts_go_out_as_they_are(text: str) -> None:
    assert tame(text) == text
