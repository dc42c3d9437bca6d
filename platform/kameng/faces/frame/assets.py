"""The built styles and scripts of console and signup: hashed names, cached for a year."""

import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, send_from_directory, url_for

DIST = Path(__file__).parent / "dist"


@cache
def manifest() -> dict[str, str]:
    """Plain name -> hashed name, as the build wrote it."""
    file = DIST / "manifest.json"
    return json.loads(file.read_text()) if file.exists() else {}


def serve(blueprint: Blueprint, path: str) -> None:
    """Give a face its own address for the assets, so that its pages load nothing from elsewhere."""
    from kameng.faces.frame import guards

    @blueprint.get(f"{path}/<path:name>", endpoint="asset")
    @guards.public
    def asset(name: str) -> Response:
        response = send_from_directory(DIST, name, max_age=365 * 24 * 3600)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def url(name: str) -> str:
    """The address of an asset on the face that draws the page."""
    face = request.blueprint if request.blueprint in ("console", "signup") else "console"
    return url_for(f"{face}.asset", name=manifest().get(name, name))


def init(app: Flask) -> None:
    """Let templates say asset('console.css')."""
    app.jinja_env.globals.update(asset=url)
