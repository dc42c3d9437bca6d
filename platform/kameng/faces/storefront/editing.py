"""One section drawn anew for the frame of the editor, from what is on the editor's screen.

The frame has an origin of its own and no cookie: its signed token is the right to ask, any page may
read the answer, and nothing is stored by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Annotated, Any

from flask import Response, current_app, g, jsonify, make_response, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound as NoSuchPage

from kameng.faces.frame import guards, looks, refusals, throttle
from kameng.faces.storefront import previewing
from kameng.faces.storefront.answer import page
from kameng.faces.storefront.blueprint import storefront
from kameng.kit.errors import NotFound, TooMany
from themes import engine

SHOWN = frozenset(
    f"storefront.{name}"
    for name in (
        *("home", "all_goods", "category", "search", "product", "own_page"),
        *("order_query", "sign_in", "sign_up", "notices", "help_pages", "article", "cart"),
        "me_looked_at",
    )
)
"""Pages whose view asks nothing of the visitor; the others are looked at, not drawn in pieces."""
COOKIES = ("HTTP_COOKIE", "werkzeug.request")
Path = Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9/_-]{0,200}$")]
Page = Annotated[str, StringConstraints(pattern=r"^((page|group):)?[a-z0-9][a-z0-9_-]{0,39}$")]


OF_A_TOKEN, OF_A_SITE = 600, 1800
"""Sections in a minute: ten a second for one page of the editor, three people who type at once. A
section costs some milliseconds of the shop's own processes."""


class SectionsTooMany(TooMany):
    """More sections drawn anew than anybody types."""

    code = "sections_too_many"


class Asked(BaseModel):
    """What the frame wants drawn: a section of a page, or only the site's colours."""

    model_config = ConfigDict(extra="forbid")
    path: Path
    page: Page
    section: dict[str, Any] | None = None
    tokens: dict[str, str] | None = None


@storefront.post("/look")
@guards.signature
def piece() -> ResponseReturnValue:
    """The section as its page would hold it, or what is wrong with it."""
    token = request.args.get(looks.ARGUMENT, "")[:300]
    language = looks.editing_in(g.tenant, token)
    if not language:
        return _told({"problems": []}, 403 if token else 400)
    g.lang_code = language
    try:
        _count(token)
        return _told(_drawn(Asked.model_validate_json(request.get_data()), language))
    except SectionsTooMany as refused:
        return _told(_named(refused), 429)
    except ValidationError:
        return _told({"problems": []}, 400)
    except engine.BadArrangement as refused:
        return _told({"problems": _problems(refused)}, 422)
    except engine.ThemeError as broken:
        return _told({"problems": [{"path": "section", "message": str(broken)}]}, 422)
    except HTTPException as gone:
        return _told({"problems": []}, gone.code or 404)


def _count(token: str) -> None:
    """Refuses SectionsTooMany: whoever was sent the link of a frame has it for half a day."""
    whose = ((OF_A_TOKEN, f"{g.tenant.id}|{_signed(token)}"), (OF_A_SITE, f"{g.tenant.id}"))
    for most, counted in whose:
        if not throttle.takes("sections", counted, most=most, minutes=1):
            raise SectionsTooMany()


def _signed(token: str) -> str:
    """What of a link is signed: its signature can be written in many ways that all hold."""
    return token.rpartition(".")[0]


def _named(refused: SectionsTooMany) -> dict[str, Any]:
    said = refusals.text(refused)
    return {"code": refused.code, "problems": [{"path": "section", "message": said}]}


def _drawn(asked: Asked, language: str) -> dict[str, Any]:
    shown = previewing.edited(g.tenant, language)
    if asked.tokens is not None:
        whole = {name: part for name, part in shown.items() if name != "digest"}
        colours = engine.normalise({**whole, "tokens": asked.tokens})
        return {"colours": previewing.keep_colours(colours)}
    section = asked.section or {}
    g.arrangement = engine.put(shown, asked.page, section)
    g.fragment_of = section["id"]
    return {"html": _page(asked.path)}


def _page(path: str) -> str | None:
    """What the page's own view draws, as it was asked for in the frame; None where it is not
    drawn in pieces."""
    with _seen_at(path):
        endpoint, parts = current_app.create_url_adapter(request).match()  # type: ignore[union-attr]
        if endpoint not in SHOWN:
            return None
        named = {key: value for key, value in parts.items() if key != "site_host"}
        answer = _answer(current_app.view_functions[endpoint], named)
        return answer.get_data(as_text=True) if answer.status_code in (200, 404) else None


def _answer(view: Callable[..., Any], parts: dict[str, Any]) -> Response:
    """The page of a view; where there is nothing, the page that says so."""
    try:
        return make_response(view(**parts))
    except (NoSuchPage, NotFound):
        return page("not_found", status=404)


@contextmanager
def _seen_at(path: str) -> Iterator[None]:
    """The request of the frame's own page: its views and drops read their address from it."""
    here = request_ctx.request
    kept = {key: value for key, value in here.environ.items() if key not in COOKIES}
    page = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "wsgi.input": BytesIO()}
    request_ctx.request = current_app.request_class({**kept, **page, "CONTENT_LENGTH": "0"})
    try:
        yield
    finally:
        request_ctx.request = here


def _problems(refused: engine.BadArrangement) -> list[dict[str, str]]:
    return [{"path": one.path, "message": one.message} for one in refused.problems]


def _told(answer: dict[str, Any], status: int = 200) -> Response:
    response = make_response(jsonify(answer), status)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
