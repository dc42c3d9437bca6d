"""Which language a visitor reads: Chinese unless the visitor or the browser says English."""

from pathlib import Path

from flask import Flask, Response, g, request
from flask_babel import Babel
from werkzeug.wrappers import Request

from kameng.faces.frame import machines

LANGUAGES = {"zh_CN": "简体中文", "en": "English"}
DEFAULT = "zh_CN"
COOKIE = "lang"
LOCALE = Path(__file__).parent / "locale"
A_YEAR = 365 * 24 * 3600


def locale() -> str:
    """The language of this request: ?lang=, then the cookie, then the browser, then Chinese."""
    if "lang_code" not in g:
        g.lang_code = chosen(request)
    return g.lang_code


def html_lang() -> str:
    """The language in the form HTML wants (zh-CN)."""
    return locale().replace("_", "-")


def chosen(asked: Request) -> str:
    """The language a request asks for, outside Flask too."""
    for wish in (asked.args.get("lang"), asked.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    best = asked.accept_languages.best_match(["zh", "zh-CN", "zh-TW", "en", "en-US", "en-GB"])
    return "en" if best and best.startswith("en") else DEFAULT


def _remember(response: Response) -> Response:
    """Keep a language asked for by ?lang= for the next pages."""
    wish = request.args.get("lang")
    if wish in LANGUAGES and request.cookies.get(COOKIE) != wish and not machines.here():
        response.set_cookie(
            COOKIE, wish, max_age=A_YEAR, samesite="Lax", secure=request.is_secure, httponly=True
        )
    return response


def init(app: Flask) -> None:
    """Attach Babel with the merged catalogue of all faces."""
    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Shanghai",
        default_translation_directories=str(LOCALE),
        locale_selector=locale,
    )
    app.jinja_env.globals.update(html_lang=html_lang, languages=LANGUAGES)
    app.after_request(_remember)
