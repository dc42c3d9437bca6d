"""What the editor's script is answered: plain JSON, also when something is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Response, g, jsonify

from kameng.domains.design import queries as designs
from kameng.domains.design.drafts.errors import DraftMoved
from kameng.domains.design.errors import DesignMoved
from kameng.faces.console.editor import places
from kameng.faces.frame import refusals
from kameng.kit.errors import Refusal
from tenants.context import use
from themes import engine


def refused(**_parts: Any) -> Response:
    """Why nothing was saved; of a conflict also who came first, and when."""
    refusal: Refusal = g.refusal
    told = {"code": refusal.code, "message": refusals.text(refusal)}
    return jsonify(told | _more(refusal))


def _more(refusal: Refusal) -> dict[str, Any]:
    if isinstance(refusal, DraftMoved):
        facts = refusal.facts
        return {"who": facts["who"], "when": facts["when"].isoformat(), "step": facts["step"]}
    if isinstance(refusal, DesignMoved):
        return _live()
    return {name: refusal.facts[name] for name in ("problems", "findings") if name in refusal.facts}


def _live() -> dict[str, Any]:
    with use(g.tenant):
        live = designs.live_revision(g.tenant)
    if live is None:
        return {}
    return {"who": live.author, "when": live.created_at.isoformat(), "live": str(live.id)}


def saved(step: int, document: Mapping[str, Any], *, whole: bool) -> Response:
    """The draft as it is now; with the document where the script has another one."""
    answer = {
        "step": step,
        "problems": [],
        "contrast": contrast(document),
        "shades": engine.palette(document["theme"], document["tokens"], document["version"]),
        **places.links(document),
    }
    return jsonify(answer | {"document": document} if whole else answer)


def contrast(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The checked colour pairs of an arrangement."""
    pairs = engine.contrast(document["theme"], document["tokens"], document["version"])
    return [asdict(pair) for pair in pairs]
