"""`kameng migrate` as an operator sees it: how far it is, what failed, who goes first."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO, TypeVar

from psycopg.errors import InsufficientPrivilege, UndefinedColumn, UndefinedTable

from kameng.kit import clock
from migrations import moving, run, scripts, states
from tenants import needs

if TYPE_CHECKING:
    from kameng.config import Settings
    from migrations.runner import Outcome
    from migrations.states import Counted, Line

RINGS = ("spares", "canary", "five in a hundred", "rest")
_WIDTH, _EVERY = 30, 10.0
Answer = TypeVar("Answer")


def one(
    cell: str,
    admin_url: str,
    passwords: dict[str, str],
    *,
    spares: int = run.SPARES,
    limit: int | None = None,
    workers: int | None = None,
) -> bool:
    """Migrate one database and say how it went; whether every schema has arrived."""
    bar = Bar(sys.stderr)
    try:
        outcome = run.to_head(
            admin_url,
            passwords,
            spares=spares,
            limit=limit,
            now=clock.now(),
            workers=workers,
            told=bar,
        )
    finally:
        bar.close()
    if outcome.moved or outcome.failed:
        print(f"{cell}: {told(outcome)}", flush=True)
    return not outcome.failed and outcome.stopped is None


def told(outcome: Outcome) -> str:
    """The end of a run in a sentence."""
    went = f"{outcome.moved} schemas migrated in {outcome.seconds:.1f} s"
    if outcome.failed:
        went += f", {outcome.failed} failed (kameng migrate --status)"
    if outcome.stopped is not None:
        went += f"; stopped in ring {outcome.stopped}, {RINGS[outcome.stopped]}: the rest waits"
    return went + "."


class Bar:
    """Draws how far a ring is: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self.out, self.terminal = out, out.isatty()
        self.began = self.last = time.monotonic()
        self.drawn = False

    def __call__(self, ring: Counted) -> None:
        text = self._text(ring)
        if self.terminal:
            self.out.write(f"\r{text}\x1b[K")
            self.drawn = True
            if not ring.waiting:
                self.close()
        elif not ring.waiting or time.monotonic() - self.last >= _EVERY:
            self.last = time.monotonic()
            self.out.write(text + "\n")
        self.out.flush()

    def close(self) -> None:
        """Leave what was drawn on a line of its own."""
        if self.drawn:
            self.out.write("\n")
            self.drawn = False

    def _text(self, ring: Counted) -> str:
        over = ring.done + ring.failed
        filled = _WIDTH * over // max(ring.size, 1)
        bar = "#" * filled + "." * (_WIDTH - filled)
        failed = f", {ring.failed} failed" if ring.failed else ""
        passed = time.monotonic() - self.began
        return f"  {RINGS[ring.ring]:<17} [{bar}] {over}/{ring.size}{failed}, {passed:.0f} s"


def status(chosen: Settings) -> bool:
    """Print where every database stands; whether nothing failed and nothing is behind."""
    return all(_everywhere(chosen, _status))


def _status(cell: str, line: Line) -> bool:
    head = scripts.head("tenant")
    print(f"{cell}: this code is at {head} and serves sites from {needs.REVISION} on")
    every = states.revisions(line)
    for revision, count in every:
        print(f"  {revision:<20} {count:>6} schemas")
    print(f"  {'ring':<20} {'done':>6} {'waiting':>8} {'failed':>7} {'held':>5}")
    for ring in states.counted(line, head):
        counts = f"{ring.done:>6} {ring.waiting:>8} {ring.failed:>7} {ring.held:>5}"
        print(f"  {RINGS[ring.ring]:<20} {counts}")
    failures = states.failures(line)
    for one_ in failures:
        who = one_.slug or "a spare"
        print(f"  failed: {who} ({one_.schema}), {one_.attempts} tries from {one_.revision}:")
        print(f"    {one_.error}")
    if first := states.canaries(line):
        print(f"  first to go: {', '.join(first)}")
    return not failures and all(revision >= head for revision, _ in every)


def go_first(chosen: Settings, slugs: tuple[str, ...], *, on: bool) -> bool:
    """Let these sites go first from the next run on, or no longer; whether all were found."""
    said = "goes first from the next migration on" if on else "goes with the rest"
    return _each(chosen, slugs, said, lambda line, slug: states.canary(line, slug, on=on))


def hold(chosen: Settings, slugs: tuple[str, ...]) -> bool:
    """Leave these sites out of every run until `--retry`; whether all were found."""
    now = clock.now()
    said = "is left out until kameng migrate --retry"
    return _each(chosen, slugs, said, lambda line, slug: states.hold(line, slug, now))


def retry(chosen: Settings) -> int:
    """Give what failed or was held another turn; how many."""
    now = clock.now()
    return sum(_everywhere(chosen, lambda _, line: states.retry(line, now)))


def _each(
    chosen: Settings, slugs: tuple[str, ...], said: str, mark: Callable[[Line, str], bool]
) -> bool:
    found = _everywhere(chosen, lambda _, line: {slug for slug in slugs if mark(line, slug)})
    known = set().union(*found)
    for slug in slugs:
        if slug in known:
            print(f"{slug} {said}.")
        else:
            print(f"There is no site {slug}.", file=sys.stderr)
    return known == set(slugs)


def _everywhere(chosen: Settings, work: Callable[[str, Line], Answer]) -> list[Answer]:
    """What `work(cell, line)` answers for every database, on a line of the owner's."""
    answers = []
    for cell in chosen.databases:
        with moving.connect(chosen.role_url("owner", cell)) as line:
            try:
                answers.append(work(cell, line))
            except (UndefinedTable, UndefinedColumn, InsufficientPrivilege) as error:
                said = f"{cell} is older than this: run kameng migrate"
                raise run.MigrationFailed(said) from error
    return answers
