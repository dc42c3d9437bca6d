"""What somebody is told who comes when his site has more visitors than its share of this process.

Made once per language and sent as it is: a refusal must cost next to nothing.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache

from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Request, Response

from kameng.config import settings
from kameng.faces.frame import headers, i18n, machines

CODE = "busy"
STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif;
  display: grid; place-items: center; min-height: 100vh; margin: 0; padding: 24px;
  box-sizing: border-box; color: #1f2937; background: #f4f6f8 }
main { max-width: 26rem; padding: 32px; border-radius: 12px; background: #fff;
  box-shadow: 0 1px 3px rgb(0 0 0 / .12) }
h1 { font-size: 1.25rem; margin: 0 0 12px }
p { margin: 0 0 12px }
p:last-child { margin: 0 }
a { color: #1d4ed8 }
@media (prefers-color-scheme: dark) {
  body { color: #e5e7eb; background: #111827 }
  main { background: #1f2937 }
  a { color: #93c5fd }
}
"""
_POLICY = f"{headers.CLOSED}; style-src 'sha256-{{}}'; form-action 'none'"


class Refusal:
    """503 with Retry-After: a page, a sentence for htmx, or JSON for machines."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.page = cache(self._page)
        self.sentence = cache(self._sentence)

    def of(self, asked: Request, retry_after: int) -> Response:
        """The answer to one request; nothing of it is read but its headers."""
        if asked.headers.get("HX-Request"):
            return self._answer(self.sentence(i18n.chosen(asked)), "text/plain", retry_after)
        if _is_machine(asked):
            told = f'{{"error":"{CODE}","retry_after":{retry_after}}}\n'
            return self._answer(told, "application/json", retry_after)
        again = asked.method in ("GET", "HEAD")
        page = self.page(i18n.chosen(asked), again, retry_after)
        return self._answer(page, "text/html", retry_after)

    def _answer(self, text: str, kind: str, retry_after: int) -> Response:
        answer = Response(text, 503, mimetype=kind)
        answer.headers.extend(headers.ALWAYS)
        answer.headers["Content-Security-Policy"] = _policy()
        answer.headers["Retry-After"] = str(retry_after)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Vary"] = "Host"
        if settings().scheme == "https":
            answer.headers["Strict-Transport-Security"] = "max-age=31536000"
        return answer

    def _page(self, language: str, again: bool, retry_after: int) -> str:
        """again: a page that was asked for comes back by itself; a form is sent by a person."""
        with self.app.app_context(), force_locale(language):
            template = self.app.jinja_env.get_template("frame/busy.html")
            return template.render(
                language=language.replace("_", "-"), style=STYLE, again=again, after=retry_after
            )

    def _sentence(self, language: str) -> str:
        with self.app.app_context(), force_locale(language):
            return _("Too many visitors at this moment. Please try again in a few seconds.")


def _is_machine(asked: Request) -> bool:
    """Who asks for JSON, or for something no person looks at."""
    if machines.asks(asked):
        return True
    wish = asked.headers.get("Accept", "")
    return "json" in wish and "text/html" not in wish


@cache
def _policy() -> str:
    return _POLICY.format(b64encode(hashlib.sha256(STYLE.encode()).digest()).decode())
