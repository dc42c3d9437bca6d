"""The answer to each keystroke in the name field: may this name be had?"""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.config import settings
from kameng.domains.agents import rules
from kameng.domains.agents import service as agents
from kameng.domains.agents.errors import NameRefused
from kameng.faces.frame import guards
from kameng.faces.frame.throttle import limiter
from kameng.faces.signup import texts
from kameng.faces.signup.blueprint import signup
from tenants.context import shared


@signup.get("/open/name")
@guards.public
@limiter.limit("180 per minute")
def name() -> ResponseReturnValue:
    """{state: free|refused, name, address, text, suggestions}."""
    typed = request.args.get("slug", "")[:60]
    with shared():
        return jsonify(_answer(typed))


def _answer(typed: str) -> dict[str, Any]:
    plain = rules.plain_name(typed)
    try:
        agents.check_free(typed)
    except NameRefused as refusal:
        offered = agents.free_suggestions(typed)
        return _told("refused", plain, texts.of(refusal), offered)
    return _told("free", plain, _("This name is free."), [])


def _told(state: str, name: str, text: str, offered: list[str]) -> dict[str, Any]:
    now = settings()
    address = now.address(now.host(name), path="") if state == "free" else ""
    return {
        "state": state,
        "name": name,
        "address": address,
        "text": text,
        "suggestions": offered,
    }
