"""What a newcomer reads when everything is up: addresses and sign-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kameng.faces.worker import setting_up
from kameng.faces.worker.refused import StartRefused

if TYPE_CHECKING:
    from kameng.config import Settings

_LINE = "-" * 68


def text(chosen: Settings, password: str, *, seconds: float) -> str:
    """The whole greeting; sign-ins only where the sample alliance may be."""
    lines = ["", _LINE, f"  Kameng is up ({seconds:.1f} s). Press Ctrl-C to stop it.", ""]
    lines += [f"  {name:<10} {address}" for name, address in addresses(chosen)]
    if chosen.development:
        lines += ["", *_sign_ins(password)]
    if chosen.test_payments:
        lines += ["", "  Test payments: no real money moves."]
    return "\n".join([*lines, _LINE, ""])


def addresses(chosen: Settings) -> list[tuple[str, str]]:
    """The doors of this deployment."""
    named = [("console", chosen.address(chosen.host("console")))]
    if not chosen.development:
        return named
    sites = {"master": "hub", "sub-site": "ada"}
    return [(name, chosen.address(chosen.host(slug))) for name, slug in sites.items()] + named


def _sign_ins(password: str) -> list[str]:
    try:
        sign_ins = setting_up.sample("people").SIGN_INS
    except StartRefused:
        return []
    rows = [f"  {entry.who:<10} {entry.login:<22} {password}" for entry in sign_ins]
    return ["  Sign in with:", *rows]
