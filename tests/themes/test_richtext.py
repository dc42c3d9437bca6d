"""Rich text and the small filters."""

from __future__ import annotations

import pytest

from themes.engine import filters, links, richtext


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("<p>好</p>", "<p>好</p>"),
        ("<p x-data='y' hx-get='/'>好</p>", "<p>好</p>"),
        ("<svg onload=alert(1)>", ""),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", ""),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="nofollow noopener ugc">x</a>'),
    ],
)
def test_only_listed_tags_and_attributes_pass(dirty: str, clean: str) -> None:
    assert richtext.clean_block(dirty) == clean


def test_cleaning_twice_is_cleaning_once() -> None:
    once = richtext.clean_block('<p>a & b <a href="https://x.cn/?a=1&b=2">x</a></p>')
    assert richtext.clean_block(once) == once


@pytest.mark.parametrize(
    "url", ["/p/1?x=2", "#top", "?lang=en", "https://x.cn/", "tel:123", "mailto:a@b.cn"]
)
def test_plain_links_pass(url: str) -> None:
    assert links.safe(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:x",
        "//evil.cn",
        "http://x.cn",
        "data:text/html,x",
        "/\\evil.cn",
        " /x",
        "/a\nb",
        "",
        'https://x/"',
    ],
)
def test_other_links_lead_nowhere(url: str) -> None:
    assert links.safe(url) == "#"


@pytest.mark.parametrize(
    ("name", "face"),
    [
        ("爱奇艺黄金会员 月卡", "爱奇艺"),
        ("腾讯视频 VIP 季卡", "腾讯视频"),
        ("QQ音乐豪华绿钻 年卡", "QQ音乐"),
        ("网易云音乐黑胶 VIP", "网易云音乐"),
        ("Steam 钱包充值码", "Steam"),
        ("腾讯视频VIP会员", "腾讯视频"),
        ("央视频VIP会员", "央视频"),
        ("哔哩哔哩大会员", "哔哩哔哩"),
        ("芒果TV全屏会员", "芒果TV"),
        ("一二三四五六七", "一二三四五"),
        ("Microsoft 365 家庭版", "Microsof"),
        ("话费 50 元", "话费"),
        ("", ""),
    ],
)
def test_the_face_of_a_card_shows_the_brand(name: str, face: str) -> None:
    assert filters.mark(name) == face


def test_prices_are_split_for_display() -> None:
    assert filters.coins("1234.50") == {"whole": "1,234", "cents": ".50"}
    assert filters.coins("9") == {"whole": "9", "cents": ""}


def test_counts_are_written_as_people_write_them() -> None:
    assert [filters.compact(n) for n in (980, 12_000, 23_841)] == ["980", "1.2万", "2.4万"]
    assert filters.compact(12_300, "en") == "12.3k"
