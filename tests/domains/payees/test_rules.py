"""Names, papers and accounts: what is taken, what is refused, and how much of it is shown."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from kameng.domains.payees import rules
from kameng.domains.payees.accounts import rules as accounts
from kameng.domains.payees.accounts.errors import BadPayoutAccount
from kameng.domains.payees.accounts.rules import Details, Method
from kameng.domains.payees.errors import BadIdNumber, BadLegalName
from kameng.domains.payees.rules import Draft, Kind
from kameng.kit import pictures
from kameng.kit.pictures import BadPicture

RESIDENT, COMPANY = "11010519491231002X", "91350100M000100Y43"


@pytest.mark.parametrize(
    ("kind", "number", "stored"),
    [
        (Kind.PERSON, RESIDENT, RESIDENT),
        (Kind.PERSON, " 110105 19491231 002x ", RESIDENT),
        (Kind.PERSON, "１１０１０５１９４９１２３１００２Ｘ", RESIDENT),
        (Kind.PERSON, "e12345678", "E12345678"),
        (Kind.COMPANY, COMPANY.lower(), COMPANY),
    ],
)
def test_papers_with_a_right_check_digit_are_taken(kind: Kind, number: str, stored: str) -> None:
    assert rules.check(Draft(kind, "张三丰", number)).id_number == stored


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (Kind.PERSON, "110105194912310021"),
        (Kind.PERSON, ""),
        (Kind.PERSON, "12345678"),
        (Kind.PERSON, COMPANY),
        (Kind.COMPANY, RESIDENT),
        (Kind.COMPANY, "91350100M000100Y44"),
        (Kind.COMPANY, "91350100I000100Y43"),
    ],
)
def test_papers_that_cannot_be_are_refused(kind: Kind, number: str) -> None:
    with pytest.raises(BadIdNumber):
        rules.check(Draft(kind, "张三丰", number))


@pytest.mark.parametrize("name", ["", "张", "12345", "<b>张三</b>", "张\x00三", "张" * 61])
def test_a_name_no_register_has_is_refused(name: str) -> None:
    with pytest.raises(BadLegalName):
        rules.check_name(name)


def test_the_middle_of_a_number_is_never_shown() -> None:
    assert rules.masked(RESIDENT) == "110***********002X"
    assert rules.masked("E12345678") == "E******78"
    assert rules.masked("1234") == "1***"
    assert rules.masked("") == ""


@pytest.mark.parametrize(
    ("details", "hint"),
    [
        (Details(Method.BANK, "6222 0212 3456 78", "工行", "西湖支行"), "工行 622*******5678"),
        (Details(Method.ALIPAY, "Kim@Example.com"), "ki***@example.com"),
        (Details(Method.ALIPAY, "１３８００１３８０００"), "138****8000"),
        (Details(Method.WECHAT, "kim_shop-1"), "k*******-1"),
        (Details(Method.QR, "", has_picture=True), "QR"),
    ],
)  # fmt: skip
def test_an_account_is_shown_by_its_ends(details: Details, hint: str) -> None:
    assert accounts.hint(accounts.check(details)) == hint


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (Details(Method.BANK, "6222x", "工商银行", "西湖支行"), "number"),
        (Details(Method.BANK, "6222021234567890123", "", "西湖支行"), "bank"),
        (Details(Method.BANK, "6222021234567890123", "工商银行", ""), "branch"),
        (Details(Method.ALIPAY, "not an account"), "number"),
        (Details(Method.WECHAT, "12"), "number"),
        (Details(Method.QR, "kim"), "picture"),
    ],
)
def test_an_account_that_cannot_be_paid_is_refused_by_its_field(
    details: Details, field: str
) -> None:
    with pytest.raises(BadPayoutAccount) as refused:
        accounts.check(details)
    assert refused.value.facts == {"field": field}


def picture(size: tuple[int, int] = (30, 20), kind: str = "PNG") -> bytes:
    """A small picture as bytes."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def test_a_picture_is_written_anew_and_what_hung_on_it_is_gone() -> None:
    made = pictures.clean(picture(kind="JPEG") + b"<script>alert(1)</script>")
    assert made.startswith(b"\xff\xd8")
    assert b"script" not in made
    with Image.open(io.BytesIO(pictures.clean(picture((2_000, 1_000))))) as shrunk:
        assert shrunk.size == (1_400, 700)


@pytest.mark.parametrize("raw", [b"", b"<svg/>", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"x" * 5_000_000])
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(BadPicture):
        pictures.clean(raw)
