"""Who may sign in to the sample alliance; apart from the loading, because every start prints it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the sample: whose it is, and its login."""

    who: str
    login: str


SIGN_INS = (SignIn("operator", "hub"), SignIn("agent", "ada"), SignIn("shopper", "kim@example.com"))
