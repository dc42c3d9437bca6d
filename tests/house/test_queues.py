"""Every job stands on a queue that a worker empties, is run inside its site, and has a key."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kameng.domains
from kameng.kit import jobs

DOMAINS = Path(kameng.domains.__file__ or "").parent


def all_jobs() -> Iterator[Callable[..., Any]]:
    """Everything a domain has made runnable by a worker."""
    for module in pkgutil.walk_packages(kameng.domains.__path__, "kameng.domains."):
        for thing in vars(importlib.import_module(module.name)).values():
            if hasattr(thing, "queue") and getattr(thing, "__module__", "") == module.name:
                yield thing


def calls_of(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of a function of that name in the domains."""
    for path in DOMAINS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node, "func", None)
            if isinstance(node, ast.Call) and name == (
                getattr(called, "id", None) or getattr(called, "attr", None)
            ):
                yield path, node


def test_every_job_stands_on_a_queue_that_is_emptied() -> None:
    found = list(all_jobs())
    assert found
    assert {job.queue for job in found} <= set(jobs.QUEUES)  # type: ignore[attr-defined]


def test_a_worker_finds_every_job_by_its_name() -> None:
    for job in all_jobs():
        module = importlib.import_module(job.__module__)
        assert getattr(module, job.__qualname__) is job


def test_whatever_is_queued_has_a_key() -> None:
    found = list(calls_of("enqueue"))
    assert found
    keyless = [
        path.name for path, call in found if "key" not in {word.arg for word in call.keywords}
    ]
    assert keyless == []
