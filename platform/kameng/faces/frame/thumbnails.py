"""The small pictures of the themes' presets, for the faces that let somebody choose one."""

from flask import Blueprint, Response, abort, make_response

from kameng.faces.frame import guards
from themes import engine

FOREVER = "public, max-age=31536000, immutable"


def serve(blueprint: Blueprint, path: str, endpoint: str) -> None:
    """Give a face its own address for them; a hash that is not the picture's is no address."""

    @blueprint.get(f"{path}/<theme>/<preset>/<digest>.webp", endpoint=endpoint)
    @guards.public
    def picture(theme: str, preset: str, digest: str) -> Response:
        lines = engine.lines(theme) if theme in engine.THEMES else ()
        pictures = (engine.thumbnail(theme, preset, line) for line in lines)
        found = next((one for one in pictures if one and one.hash == digest), None)
        if found is None:
            abort(404)
        response = make_response(found.body)
        response.headers["Content-Type"] = found.content_type
        response.headers["Cache-Control"] = FOREVER
        return response
