"""The built styles, scripts and icons of console and signup: hashed names, cached for a year."""

import gzip
import json
from functools import cache, lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request, url_for
from markupsafe import Markup

from kameng.faces.frame import guards

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
def _packed(name: str) -> bytes:
    """Compressed once per process: the stylesheet is 635 kB plain and 80 kB packed."""
    return gzip.compress((DIST / name).read_bytes(), 9, mtime=0)


def send(name: str) -> Response:
    """One asset by its hashed name, packed where the browser takes it."""
    if name not in manifest().values():
        abort(404)
    packed = request.accept_encodings["gzip"] > 0
    response = Response(_packed(name) if packed else (DIST / name).read_bytes())
    response.content_type = KINDS[name.rsplit(".", 1)[1]]
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
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
