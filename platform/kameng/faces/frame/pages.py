"""Small words every framed page uses: where one is, and what the last act did."""

from urllib.parse import urlencode

from flask import Flask, request
from werkzeug.datastructures import MultiDict

from kameng.faces.frame import i18n, refusals


def with_args(**changes: object) -> str:
    """The present address with some query arguments changed; None or "" takes one away."""
    args = MultiDict(request.args)
    for name, value in changes.items():
        args.pop(name, None)
        if value not in (None, ""):
            args[name] = str(value)
    query = urlencode([(name, value) for name, value in args.items(multi=True)])
    return f"{request.path}?{query}" if query else request.path


def init(app: Flask) -> None:
    """Give the words to the templates."""
    app.jinja_env.globals.update(
        with_args=with_args, refusal_text=refusals.text, locale_code=i18n.locale
    )
