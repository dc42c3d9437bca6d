"""A table is opened only by its own domain; SQL never names a tenant's schema."""

from __future__ import annotations

import re
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("kameng")


def test_models_and_jobs_are_opened_only_by_their_own_domain(graph: grimp.ImportGraph) -> None:
    private = [
        module
        for module in graph.modules
        if module.startswith("kameng.domains.") and module.rsplit(".", 1)[1] in ("models", "jobs")
    ]
    assert private
    wrong = [
        f"{user} opens {module}"
        for module in private
        for user in graph.find_modules_that_directly_import(module)
        if user.split(".")[2:3] != module.split(".")[2:3] or not user.startswith("kameng.domains.")
    ]
    assert wrong == []


def sources(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in (ROOT / room).rglob("*.py")]


def test_no_session_wide_set_of_the_search_path() -> None:
    bare = re.compile(r"(?<!LOCAL )\bsearch_path\s*=", re.IGNORECASE)
    allowed = re.compile(r"SET LOCAL search_path|SET search_path = shared", re.IGNORECASE)
    wrong = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sources("platform", "tenants", "themes")
        for line in path.read_text(encoding="utf-8").splitlines()
        if bare.search(line) and "SET" in line and not allowed.search(line)
    ]
    assert wrong == []


def test_no_statement_names_a_tenant_schema() -> None:
    named = re.compile(r"""["']t_[0-9a-z]{13}|f["'].*\bt_\{""")
    wrong = [
        str(path.relative_to(ROOT))
        for path in sources("platform", "themes")
        if named.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_only_config_reads_the_environment() -> None:
    reads = re.compile(r"os\.(environ|getenv)")
    allowed = {"platform/kameng/config.py"}
    wrong = {
        str(path.relative_to(ROOT))
        for path in sources("platform/kameng", "tenants", "themes")
        if reads.search(path.read_text(encoding="utf-8"))
    }
    assert wrong - allowed == set()


def test_domains_never_commit() -> None:
    commits = re.compile(r"\bsession\(?\)?\.commit\(")
    wrong = [
        str(path.relative_to(ROOT))
        for path in sources("platform/kameng/domains", "platform/kameng/reactions")
        if commits.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []
