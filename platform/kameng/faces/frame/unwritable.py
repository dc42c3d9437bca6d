"""Turns away the one sign no text column can hold: U+0000 comes from probes, never from people."""

from collections.abc import Iterator

from flask import Flask, abort, g, request

NOTHING = "\x00"


def _texts() -> Iterator[str]:
    """What a view may look up or store; the hooks' bodies are read raw and never as a form."""
    yield request.path
    for _name, text in request.args.items(multi=True):
        yield text
    if g.face != "hooks":
        for _name, text in request.form.items(multi=True):
            yield text


def _turn_away() -> None:
    if any(NOTHING in text for text in _texts()):
        abort(400)


def init(app: Flask) -> None:
    """Look before every view, once the form is known to be no forgery."""
    app.before_request(_turn_away)
