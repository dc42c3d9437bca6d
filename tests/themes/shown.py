"""Serves the fixture pages on loopback under the storefront's real CSP header.

As a program it writes pictures of every page:
    python -m tests.themes.shown FOLDER [case ...] [--theme=neon] [--preset=games] [--en] [--dark]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import segno

from tests.support.browser import chromium
from tests.themes import library
from tests.themes.pages import every_page
from themes import engine

THEME = "clean"


@lru_cache
def arrangement(theme: str = THEME, preset: str = "", locale: str = "zh_CN") -> dict[str, Any]:
    """A preset (the theme's first if none is named) in the theme's own colours."""
    key = preset or engine.presets(theme)[0]["key"]
    return engine.start(theme, key, "星火点卡", "", locale=locale)


def fed(site: dict[str, Any], template: str, goods: list[Any]) -> dict[str, Any]:
    """What a face would put on each shelf: the fixture goods, another first on every shelf."""
    feeds: dict[str, Any] = {}
    for turn, asked in enumerate(engine.wants(site, template) if goods else []):
        shelf = (goods[turn * 5 % len(goods) :] + goods)[: asked["limit"]]
        if block := asked.get("block"):
            feeds.setdefault(asked["section"], {})[block] = shelf
        else:
            feeds[asked["section"]] = shelf
    return feeds


def page(case: str, locale: str = "zh_CN", theme: str = THEME, preset: str = "") -> str:
    """The HTML of one fixture case."""
    template, drops = every_page()[case]
    site = arrangement(theme, preset, locale)
    drops = {"feeds": fed(site, template, drops.get("products", [])), **drops}
    return engine.render(theme, template, arrangement=site, drops=drops, locale=locale)


@lru_cache
def colours(digest: str) -> str:
    """The token file of whichever theme and preset has this digest."""
    every = [(name, one["key"]) for name in engine.THEMES for one in engine.presets(name)]
    found = dict(engine.tokens_css(name, arrangement(name, key)["tokens"]) for name, key in every)
    return found.get(digest, "")


def drawn_code() -> bytes:
    """A promoter's link as the storefront draws it."""
    out = BytesIO()
    code = segno.make("https://ada.example/?p=ABCDEFGH", error="m")
    code.save(out, kind="svg", border=2, scale=4, svgclass=None, lineclass=None)
    return out.getvalue()


class Handler(BaseHTTPRequestHandler):
    """/show/<case>, the token file and the assets; JSON for the order status; no logging.

    A test sets `status` to what an order has become and `cases` to what a page shows from then on.
    """

    status: ClassVar[dict[str, Any]] = {"state": "pending_payment", "final": False}
    cases: ClassVar[dict[str, str]] = {}
    posted: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        body, kind = self._found()
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", engine.content_policy())
        self.end_headers()
        self.wfile.write(body or b"")

    def do_POST(self) -> None:
        """Any form: taken after a while, as a busy shop would."""
        self.posted.append(self.path)
        time.sleep(0.4)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"taken")

    def _found(self) -> tuple[bytes | None, str]:
        url = urlsplit(self.path)
        parts = url.path.strip("/").split("/", 4)
        if parts[:2] == ["show", "library"]:
            return self._library(parse_qs(url.query)).encode(), "text/html; charset=utf-8"
        if parts[0] == "show" and parts[1] in every_page():
            asked = {key: values[0] for key, values in parse_qs(url.query).items()}
            case = self.cases.get(parts[1], parts[1])
            html = page(
                case,
                asked.get("lang", "zh_CN"),
                asked.get("theme", THEME),
                asked.get("preset", ""),
            )
            return html.encode(), "text/html; charset=utf-8"
        if parts[0] == "tokens":
            return colours(parts[1].removesuffix(".css")).encode(), "text/css"
        if parts[0] == "assets" and len(parts) == 5:
            file = engine.asset(*parts[1:])
            return (file.body, file.content_type) if file else (None, "text/plain")
        if parts[0] == "favicon.ico":
            return b"", "image/x-icon"
        if parts[-1] == "code.svg":
            return drawn_code(), "image/svg+xml"
        if parts[-1] == "status":
            return json.dumps(self.status).encode(), "application/json"
        return None, "text/plain"

    def _library(self, asked: dict[str, list[str]]) -> str:
        """Every section an agent may add; `text` fills its texts, `empty` is an editor's view of a
        shop that has nothing to show in them yet."""
        theme, text = asked.get("theme", [THEME])[0], asked.get("text", ["示例文字"])[0]
        if "empty" in asked:
            return library.page(theme, "", **library.nothing())
        return library.page(theme, library.CORPUS if text == "corpus" else text)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def served() -> Iterator[str]:
    """The fixture server's base URL while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _say(text: str) -> None:
    sys.stderr.write(f"console: {text}\n")


def main(folder: Path, cases: list[str], *, query: str, scheme: Any) -> None:
    """Pictures of the cases at 390 and 1280 px."""
    folder.mkdir(parents=True, exist_ok=True)
    with served() as base, chromium() as browser:
        for width, height in ((390, 844), (1280, 800)):
            size: Any = {"width": width, "height": height}
            context = browser.new_context(viewport=size, color_scheme=scheme)
            for case in cases or list(every_page()):
                tab = context.new_page()
                tab.on("console", lambda said: _say(said.text))
                tab.goto(f"{base}/show/{case}?{query}")
                tab.screenshot(path=folder / f"{case}-{width}.png", full_page=True)
                tab.close()
            context.close()


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    given = [
        word.removeprefix("--")
        for word in sys.argv[1:]
        if word.startswith(("--theme=", "--preset="))
    ]
    main(
        Path(words[0]),
        words[1:],
        query="&".join([*given, "lang=en" if "--en" in sys.argv else "lang=zh_CN"]),
        scheme="dark" if "--dark" in sys.argv else "light",
    )
