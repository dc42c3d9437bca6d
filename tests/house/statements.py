"""The SQL that stands in our sources: every string that is a statement or a part of one."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("platform/kameng", "tenants", "migrations")
SQL = re.compile(
    r"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|CREATE|ALTER|DROP|GRANT|REVOKE|BEGIN|COMMIT|"
    r"ROLLBACK|SET|RESET|LOCK|TRUNCATE|LISTEN|NOTIFY|PREPARE|EXECUTE|DECLARE|DISCARD|COPY|DO|FROM|"
    r"WHERE|ON CONFLICT|LANGUAGE|RETURNING|PERFORM)\b(?=\s|$|;)"
)
PARAMETERS = r"search_path|role|app\.\w+|\w+_timeout|row_security|session|timezone|datestyle"
VOLATILE = r"(now|clock_timestamp|statement_timestamp|random|gen_random_uuid|uuidv7)\s*\("


def rule(pattern: str) -> re.Pattern[str]:
    """A pattern that statements must not have, in any spelling."""
    return re.compile(pattern, re.IGNORECASE)


LASTING = rule(
    rf"\bSET\s+(?!LOCAL\b)(SESSION\s+)?({PARAMETERS})(\s|=)(?!\s*=?\s*:(role|session)\b)"
    rf"|\bset_config\s*\(|\bRESET\s+(ALL|ROLE|SESSION|{PARAMETERS})|\bDISCARD\b"
)
CLOCKS = rule(rf"{VOLATILE}|\bcurrent_(timestamp|date|time)\b|\blocaltime(stamp)?\b")
LEFT_BEHIND = rule(
    r"\bpg_(try_)?advisory_(lock|unlock)|^\s*(LISTEN|UNLISTEN|PREPARE|EXECUTE|LOAD)\b"
    r"|\bCREATE\s+(GLOBAL\s+|LOCAL\s+)?TEMP|\bWITH\s+HOLD\b"
)
REFUSED = rule(
    r"\bMERGE\s+INTO\b|\bVALUES\s*\(\s*\(\s*SELECT|\bSET\s+SCHEMA\b"
    r"|\bINHERITS\b|\bUNLOGGED\b|\bFOREIGN\s+TABLE\b"
)
SETTINGS = rule(r"\bcurrent_(setting|schemas?)\b")
"""Policies and functions of the shared schema ask for them; a statement over a site's tables
would ask the node that holds those, which has not been told."""
SCHEMA = rule(r"\bt_[0-9a-z]{13}\b")
SENT = {
    "a setting that lasts": rule(LASTING.pattern.replace("(?!LOCAL\\b)", "")),
    "the database's clock or dice": CLOCKS,
    "something left on the connection": LEFT_BEHIND,
    "refused by Citus": REFUSED,
    "a question about its own settings": SETTINGS,
    "a site's schema by name": SCHEMA,
    "a second statement": rule(r";\s*\S"),
}
"""What no statement of a request holds; only the opening packet sets anything, and it is not
among them."""
DEFINER = re.compile(
    r"SECURITY DEFINER\s+SET search_path = shared, pg_temp(\s+SET lock_timeout = '\d+ms')?"
)
"""The settings a function carries hold while it runs, and no longer."""


@dataclass(frozen=True)
class Statement:
    """A piece of SQL in a source file; what is put in at run time is shown as `{}`."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {' '.join(self.text.split())[:120]}"


@functools.cache
def sources() -> dict[str, ast.Module]:
    """Our modules, parsed."""
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in paths
    }


@functools.cache
def statements() -> tuple[Statement, ...]:
    """Every piece of SQL in our sources."""
    return tuple(found for file, tree in sources().items() for found in _of(file, tree))


def _of(file: str, tree: ast.Module) -> Iterator[Statement]:
    passed = _docstrings(tree)
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            passed.update(id(part) for part in ast.walk(node))
            text = "".join(_piece(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if SQL.match(text):
            yield Statement(file, node.lineno, DEFINER.sub("SECURITY DEFINER", text))


def _piece(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "{}"


def _docstrings(tree: ast.Module) -> set[int]:
    """Strings that stand alone say something to people."""
    return {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        for part in ast.walk(node)
        if isinstance(node.value, ast.Constant | ast.JoinedStr)
    }


def breaking(rule: re.Pattern[str], *but: str) -> list[str]:
    """The statements outside the files `but` that hold what the rule forbids."""
    return [
        str(one)
        for one in statements()
        if not one.file.startswith(but or ("-",)) and rule.search(one.text)
    ]


def reading(attributes: set[str], *but: str) -> list[str]:
    """Where code outside the files `but` reads one of these attributes of anything."""
    return [
        f"{file}:{node.lineno}: .{node.attr}"
        for file, tree in sources().items()
        if not file.startswith(but)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in attributes
    ]


def calls(tree: ast.Module, maker: str) -> list[str]:
    """The names x of every `maker.x(…)` in a module."""
    return [
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == maker
    ]
