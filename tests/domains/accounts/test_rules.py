"""What a login, a contact and a password must look like, and which codes are still good."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.accounts import rules
from kameng.domains.accounts.errors import (
    BadContact,
    BadLogin,
    ConsentMissing,
    TooYoung,
    WeakPassword,
)
from kameng.domains.accounts.rules import Consent


def test_logins_are_trimmed_and_lower_case() -> None:
    assert rules.login("  Ada.Wong ") == "ada.wong"


@pytest.mark.parametrize("text", ["", "ab", "-ada", "ada-", "a d a", "阿达", "ada'--", "a" * 33])
def test_odd_logins_are_refused(text: str) -> None:
    with pytest.raises(BadLogin):
        rules.login(text)


def test_an_at_sign_makes_an_email_and_digits_make_a_phone() -> None:
    assert rules.contact(" Kim@Example.COM ") == rules.Contact("email", "kim@example.com")
    assert rules.contact("138 0013-8000") == rules.Contact("phone", "13800138000")


def test_one_phone_has_one_written_form() -> None:
    assert rules.phone("+86 138 0013 8000") == rules.phone("13800138000")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kim",
        "kim@",
        "@x.com",
        "kim@x",
        "a b@x.com",
        "kim@x.com\nbcc:y@z.com",
        "12345",
        "１３８００",
    ],
)
def test_what_is_no_contact_is_refused(text: str) -> None:
    with pytest.raises(BadContact):
        rules.contact(text)


@given(st.text(max_size=300))
def test_any_text_is_a_contact_or_a_refusal(text: str) -> None:
    try:
        found = rules.contact(text)
    except BadContact:
        return
    assert found.value == rules.contact(found.value).value
    assert "\n" not in found.value
    assert len(found.value) <= 254


@pytest.mark.parametrize(
    "text", ["short7", "12345678", "Password", "aaaaaaaa", "ababababab", "a" * 129]
)
def test_everyones_passwords_are_refused(text: str) -> None:
    with pytest.raises(WeakPassword):
        rules.check_password(text)


def test_ones_own_contact_is_no_password() -> None:
    with pytest.raises(WeakPassword):
        rules.check_password("Kim@example.com", not_like=("kim@example.com",))


def test_a_sign_up_needs_consent_and_age() -> None:
    rules.check_consent(Consent("2026-11", of_age=True))
    with pytest.raises(ConsentMissing):
        rules.check_consent(Consent("", of_age=True))
    with pytest.raises(TooYoung):
        rules.check_consent(Consent("2026-11", of_age=False))


@given(st.integers(0, 10**10), st.integers(-5, 5))
def test_a_used_step_and_all_before_it_are_never_good_again(seconds: int, off: int) -> None:
    here = seconds // rules.STEP_SECONDS
    steps = rules.steps_accepted(seconds, here + off)
    assert all(step > here + off for step in steps)
    assert set(steps) <= {here - 1, here, here + 1}
