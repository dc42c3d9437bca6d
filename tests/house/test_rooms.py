"""The house has the rooms of docs/architecture.md and no others."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = {"platform", "tenants", "themes", "migrations", "tests", "bench", "frontend", "docs"}
SUPPORT = {"requirements", ".ci"}
FILES = {
    "wsgi.py", "setup.cfg", "pyproject.toml", "ruff.toml", "Procfile", "Makefile", "LICENSE",
    "README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md", ".gitignore",
    ".gitattributes",
}  # fmt: skip


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.split("\n")[:-1]


def test_the_top_level_holds_the_planned_rooms_only() -> None:
    top = {name.split("/", 1)[0] for name in tracked()}
    assert top - ROOMS - SUPPORT - FILES == set()


def test_platform_goes_on_meaning_the_standard_library() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert platform.system()


def test_a_domain_has_only_the_rooms_of_its_shape() -> None:
    floors = {"faces", "templates", "views.py", "utils.py", "helpers.py", "service2.py"}
    domains = ROOT / "platform" / "kameng" / "domains"
    wrong = [str(p.relative_to(domains)) for p in domains.rglob("*") if p.name in floors]
    assert wrong == []
