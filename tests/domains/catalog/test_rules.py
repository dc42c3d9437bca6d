"""What may be listed and how cells and secrets are read; no database here."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kameng.domains.catalog import art, blocklist, descriptions, rules
from kameng.domains.catalog.errors import (
    GoodsForbidden,
    NameMissing,
    PriceOutOfRange,
    QuantityLimitsCrossed,
    TextTooLong,
)
from kameng.domains.catalog.imports import cells, sheets, template
from kameng.domains.catalog.imports.rules import find_header
from kameng.domains.catalog.stock import rules as stock
from kameng.kit import ids
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from kameng.kit.uploads import text_of

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "name",
    [
        "VPN 年付",
        "v-p-n 加速",
        "Ｖ Ｐ Ｎ",
        "微信小号 批发",
        "美区苹果ID",
        "游戏账号出售",
        "爱奇艺会员合租",
        "共享账号 腾讯视频",
        "物联卡 大流量",
        "手机卡 0月租",
        "代过实名认证",
        "身 份 证 四件套",
        "百家乐 上下分",
        "棋牌金币充值",
        "科学上网 机场订阅",
        "防红短链接",
        "王者荣耀外挂",
        "esim 香港",
    ],
)
def test_grey_goods_are_refused_through_their_usual_disguises(name: str) -> None:
    draft = rules.ProductDraft(category_id=ids.uuid7(), name=name)
    with pytest.raises(GoodsForbidden):
        rules.product_draft(draft)


@pytest.mark.parametrize(
    "name",
    [
        "QQ超级会员 月卡",
        "Steam 钱包充值码",
        "游戏账号充值 填写账号直充",
        "中国移动话费充值卡",
        "手机卡通壁纸合集",
        "部落冲突 Clash of Clans 宝石",
        "滴滴快车拼车券",
        "百度网盘超级会员",
        "微信读书无限卡",
        "支付宝红包码",
        "斗地主欢乐豆",
    ],
)
def test_ordinary_goods_pass(name: str) -> None:
    assert blocklist.find(name) is None


def test_a_draft_is_tidied_and_its_limits_are_named() -> None:
    category = ids.uuid7()
    tidy = rules.product_draft(
        rules.ProductDraft(category_id=category, name="  月\u200b卡 \n 31天 ", description="a\r\nb")
    )
    assert (tidy.name, tidy.description) == ("月卡 31天", "a\nb")
    for wrong, refusal in (
        ({"name": " \u200b "}, NameMissing),
        ({"name": "x" * 121}, TextTooLong),
        ({"name": "x", "min_quantity": 0}, QuantityLimitsCrossed),
        ({"name": "x", "min_quantity": 5, "max_quantity": 4}, QuantityLimitsCrossed),
        ({"name": "x", "max_quantity": 1001}, QuantityLimitsCrossed),
    ):
        with pytest.raises(refusal):
            rules.product_draft(rules.ProductDraft(category_id=category, **wrong))


@pytest.mark.parametrize("field", ["cost", "retail", "market_price", "floor"])
@pytest.mark.parametrize("price", ["0", "-1", "1000000"])
def test_a_price_is_above_zero_and_can_be_charged(field: str, price: str) -> None:
    prices = {"cost": Money.of(1), "retail": Money.of(2), field: Money.of(price)}
    with pytest.raises(PriceOutOfRange):
        rules.sku_draft(rules.SkuDraft(**prices))


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<svg><a xlink:href='javascript:x'>",
        "<p style='position:fixed' onclick='x()'>hi</p>",
        "<iframe src='//evil'></iframe>",
        "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
    ],
)
def test_descriptions_keep_words_and_lose_everything_that_acts(markup: str) -> None:
    clean = descriptions.clean(f"前{markup}后").lower()
    for active in (
        "<script",
        "onerror",
        "onclick",
        "javascript:",
        "<svg",
        "<iframe",
        "style=",
        "<img",
    ):
        assert active not in clean
    assert descriptions.clean(clean) == clean


def test_plain_descriptions_become_paragraphs() -> None:
    assert descriptions.clean("一 < 二\n三\n\n四") == "<p>一 &lt; 二<br>三</p><p>四</p>"


@given(st.text())
def test_cleaning_a_description_twice_is_cleaning_it_once(text: str) -> None:
    once = descriptions.clean(text)
    assert descriptions.clean(once) == once


@given(st.decimals(min_value=Decimal("0.000001"), max_value=Decimal("999999.99"), places=6))
def test_a_price_written_in_any_usual_way_is_read_exactly(number: Decimal) -> None:
    exact = Money.of(number)
    plain = f"{number:f}"
    wide = plain.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789."})
    for written in (plain, f"¥{plain}", f"{plain} 元", f"￥{wide}", f"{number:,f}", f" {plain} "):
        assert cells.price(written) == exact


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()))
def test_no_cell_ever_becomes_a_price_out_of_range(cell: object) -> None:
    try:
        price = cells.price(cell)  # type: ignore[arg-type]
    except cells.Unfit:
        return
    assert Money.zero() < price <= rules.HIGHEST_PRICE


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "category",
                "name",
                "retail",
                "cost",
                "state",
                "spec",
                "min_quantity",
                "max_quantity",
                "stock_type",
            ]
        ),
        st.one_of(st.text(max_size=200), st.floats(), st.integers(), st.booleans()),
    )
)
def test_any_row_is_either_good_or_told_why(told: dict) -> None:
    parsed = cells.parse(told, {})
    if parsed.is_good:
        assert {"category", "name", "retail", "cost"} <= parsed.values.keys()
        assert cells.path_of(parsed.values)
    else:
        assert all(problem.code for problem in parsed.problems)


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx"]))
def test_any_bytes_are_read_or_refused_by_name(raw: bytes, name: str) -> None:
    with contextlib.suppress(Refusal):
        find_header(sheets.read(name, raw))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_by_name(data: st.DataObject) -> None:
    stream = io.BytesIO(template.workbook())
    with zipfile.ZipFile(stream) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[name]) - 1))
    cut = data.draw(st.integers(0, 30))
    junk = data.draw(st.sampled_from([b"", b"<", b'"', b"\x00", b"<f>1</f>", b"1048577", b"&x;"]))
    parts[name] = parts[name][:at] + junk + parts[name][at + cut :]
    damaged = io.BytesIO()
    with zipfile.ZipFile(damaged, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    with contextlib.suppress(Refusal):
        find_header(sheets.read("a.xlsx", damaged.getvalue()))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)))
def test_lines_survive_every_encoding_we_read(lines: list[str]) -> None:
    text = "\r\n".join(lines)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        read = text_of(text.encode(encoding))
        assert read is not None
        assert stock.lines_of(read.lstrip("\ufeff")) == stock.lines_of(text.lstrip("\ufeff"))


def test_ids_of_a_paste_sort_in_its_order() -> None:
    made = list(stock.ordered_ids(5000, NOW))
    assert made == sorted(made)
    assert len(set(made)) == 5000
    assert {one.version for one in made} == {7}


def test_secrets_that_look_the_same_are_the_same() -> None:
    assert stock.alike("ＡＢＣ１２３") == stock.alike("ABC123")
    assert stock.alike("abc") != stock.alike("ABC")


def test_an_icon_is_guessed_from_the_most_telling_text() -> None:
    assert art.chosen_or_guessed("game", "视频") == "game"
    assert art.chosen_or_guessed("nonsense", "腾讯视频") == "video"
    assert art.chosen_or_guessed("", "不知道") == "card"
