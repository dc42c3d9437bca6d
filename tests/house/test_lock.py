"""The lock files: whole, hashed, of one mind, and silent about where packages come from."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2] / "requirements"
LOCKS = ["run.txt", "test.txt"]

_spec = importlib.util.spec_from_file_location("install", HERE / "install.py")
assert _spec is not None
assert _spec.loader is not None
install = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(install)


def _entries(name: str) -> list[str]:
    return install.wanted((HERE / name).read_text())


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_place_of_download(name: str) -> None:
    text = (HERE / name).read_text()
    assert not [word for word in ("://", "--index-url", "--find-links") if word in text]


@pytest.mark.parametrize("name", LOCKS)
def test_every_entry_is_pinned_and_hashed(name: str) -> None:
    loose = [
        entry for entry in _entries(name) if "==" not in entry or "--hash=sha256:" not in entry
    ]
    assert not loose


def test_what_runs_is_what_was_tested() -> None:
    assert set(_entries("run.txt")) <= set(_entries("test.txt"))


def test_every_requirement_is_locked() -> None:
    locked = {entry.split("==")[0] for entry in _entries("test.txt")}
    asked = [*(HERE / "run.in").read_text().split(), *(HERE / "test.in").read_text().split()]
    names = {install.re.split(r"[\[<>=~!]", word)[0].lower().replace("_", "-") for word in asked}
    assert names - {"-r", "run.in"} <= locked


def test_no_browser_is_installed_where_shops_run() -> None:
    """Sketches of versions and cards of presets are drawings of ours, not pictures of pages."""
    names = {entry.split("==")[0].lower() for entry in _entries("run.txt")}
    assert not {one for one in names if re.search("playwright|selenium|pyppeteer|chrom", one)}
