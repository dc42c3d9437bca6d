"""The built styles, scripts and icons of console and signup: hashed names, cached for a year."""

import json
from functools import cache, lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request, url_for
from markupsafe import Markup

from kameng.faces.frame import guards, packing

DIST = Path(__file__).parent / "dist"
A_YEAR = 365 * 24 * 3600
KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@cache
def manifest() -> dict[str, str]:
    """Plain name -> hashed name, as the build wrote it."""
    names: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    return names


@cache
def _icons() -> dict[str, str]:
    bodies: dict[str, str] = json.loads((DIST / "icons.json").read_text())
    return bodies


def icon_body(name: str) -> Markup:
    """The inside of an icon's SVG; our own vendored file, so it is safe markup."""
    return Markup(_icons()[name])  # noqa: S704


@lru_cache(maxsize=64)
def _body(name: str) -> bytes:
    return (DIST / name).read_bytes()


def send(name: str) -> Response:
    """One asset by its hashed name, packed where the browser takes it."""
    if name not in manifest().values():
        abort(404)
    response = packing.file(_body(name), name)
    response.content_type = KINDS[name.rsplit(".", 1)[1]]
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def serve(blueprint: Blueprint, path: str) -> None:
    """Give a face its own address for the assets, so that its pages load nothing from elsewhere."""

    @blueprint.get(f"{path}/<name>", endpoint="asset")
    @guards.public
    def asset(name: str) -> Response:
        return send(name)


def url(name: str) -> str:
    """The address of an asset on the face that draws the page."""
    face = request.blueprint if request.blueprint in ("console", "signup") else "console"
    return url_for(f"{face}.asset", name=manifest()[name])


def init(app: Flask) -> None:
    """Let templates say asset('console.css') and icon_body('home')."""
    app.jinja_env.globals.update(asset=url, icon_body=icon_body)
