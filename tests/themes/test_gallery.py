"""The themes we ship: lint, sizes, texts, doors to their files; and that lint sees what it must."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache

from tests.themes.pages import every_page
from tests.themes.shown import page
from themes import engine
from themes.engine import lint, sandbox

CLEAN = engine.theme("clean")
BAD = [
    ("{{ shop.name|safe }}", "safe"),
    ("<script>alert(1)</script>", "inline script"),
    ('<p style="color:red">', "style"),
    ("<style>p{}</style>", "<style>"),
    ('<a href="/" onclick="x()">', "onclick"),
    ('<a href="https://cdn.example.com/x.js">', "external URL"),
    ('<script src="//cdn.example.com/x.js"></script>', "external URL"),
    ('<a href="{{ url }}">', "link filter"),
    ('<form action="{{ url }}">', "link filter"),
    ('<img src="/x.webp" alt="">', "width"),
    ("<p class=big>", "unquoted"),
    ('<iframe src="/x"></iframe>', "<iframe>"),
    ("{{ t('no.such.text') }}", "missing"),
    ("{{ icon('nosuch') }}", "not drawn"),
    ("{% if %}", "Expected an expression"),
]


@pytest.mark.parametrize("name", engine.THEMES)
def test_a_theme_we_ship_has_no_fault(name: str) -> None:
    assert [str(fault) for fault in lint.theme(engine.theme(name))] == []


@pytest.mark.parametrize(("source", "what"), BAD)
def test_lint_refuses_what_a_theme_may_not_do(source: str, what: str) -> None:
    faults = lint.template(CLEAN, "bad.html", source)
    assert any(what in fault.what for fault in faults), faults


def test_lint_lets_the_allowed_external_script_tag_pass() -> None:
    assert lint.template(CLEAN, "ok.html", '<script src="{{ url|link }}" defer></script>') == []


@pytest.mark.parametrize(
    "css", ["@import 'x'", "a{background:url(https://x.cn/a.png)}", "a{background:url( '/data:x')}"]
)
def test_lint_refuses_styles_that_fetch(css: str) -> None:
    assert lint.style("bad.css", css)


@pytest.mark.parametrize("mark", ["", "'", '"'])
def test_lint_lets_a_style_draw_with_its_own_data(mark: str) -> None:
    assert lint.style("ok.css", f"a{{background:url({mark}data:image/svg+xml,x{mark})}}") == []


def test_lint_refuses_scripts_that_write_markup() -> None:
    assert lint.script("bad.js", "place.innerHTML = text")


@pytest.mark.parametrize("name", engine.THEMES)
def test_styles_and_script_stay_within_their_budget(name: str) -> None:
    assets = engine.theme(name).assets
    style, script = assets["site.css"], assets["site.js"]
    assert len(gzip.compress(style.body)) <= 15_000
    assert len(gzip.compress(script.body)) <= 10_000


@pytest.mark.parametrize("case", every_page())
def test_a_page_stays_within_its_budget(case: str) -> None:
    assert len(gzip.compress(page(case).encode(), 6)) <= 12_000


def test_an_asset_is_served_only_under_its_own_hash() -> None:
    _, _, name, line, hash_, path = engine.asset_url("clean", "site.css").split("/")
    found = engine.asset(name, line, hash_, path)
    assert found is not None
    assert found.content_type.startswith("text/css")
    assert engine.asset(name, line, "0" * 16, path) is None
    assert engine.asset(name, "9.9", hash_, path) is None
    assert engine.asset("../../etc", line, hash_, path) is None
    assert engine.asset(name, line, hash_, "../theme.toml") is None


@pytest.mark.parametrize("name", ["base", "nobody", "../base", ""])
def test_only_themes_of_the_gallery_can_be_picked(name: str) -> None:
    assert name not in engine.THEMES


def test_an_unknown_theme_is_refused_by_name() -> None:
    with pytest.raises(engine.UnknownTheme):
        engine.theme("nobody")


def test_a_gone_line_falls_back_to_the_newest() -> None:
    assert engine.theme("clean", "0.1") is CLEAN


def test_compiled_templates_are_kept_between_starts(tmp_path: Path) -> None:
    for _ in range(2):
        box = engine.Shelf().theme("clean").sandbox("zh_CN", FileSystemBytecodeCache(str(tmp_path)))
        assert sandbox.compiled(box) == len(list(tmp_path.iterdir()))


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    policy = engine.content_policy(form_hosts=["https://checkout.stripe.com"])
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "form-action 'self' https://checkout.stripe.com" in policy


def test_the_themes_room_imports_neither_its_neighbours_nor_the_web() -> None:
    room = Path(engine.GALLERY).parent
    for file in room.rglob("*.py"):
        for word in ("import flask", "from flask", "kameng", "from tenants", "import tenants"):
            assert word not in file.read_text("utf-8"), file
