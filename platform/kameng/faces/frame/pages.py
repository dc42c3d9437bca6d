"""Small words every framed page uses: where one is, and what the last act did."""

from urllib.parse import urlencode

from flask import Flask, g, request
from werkzeug.datastructures import MultiDict

from kameng.faces.frame import i18n, refusals


def with_args(**changes: object) -> str:
    """The present address with some query arguments changed; None or "" takes one away. A form
    shown once more after a refusal stands at the address of its page, not where it was posted."""
    args = MultiDict(request.args)
    for name, value in changes.items():
        args.pop(name, None)
        if value not in (None, ""):
            args[name] = str(value)
    query = urlencode([(name, value) for name, value in args.items(multi=True)])
    path = g.get("shown_at") or request.path
    return f"{path}?{query}" if query else path


def init(app: Flask) -> None:
    """Give the words to the templates."""
    app.jinja_env.globals.update(
        with_args=with_args, refusal_text=refusals.text, locale_code=i18n.locale
    )
