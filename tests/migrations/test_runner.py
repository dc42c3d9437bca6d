"""All sites are brought to a new revision: what fails stays where it was, the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from kameng.kit import clock
from migrations import rings, states
from migrations.scripts import Change, Leg, MigrationFailed
from tests.support.armada import GROW, NEW, OLD, Fleet, change


@pytest.fixture
def ships(armada: Fleet) -> Iterator[Fleet]:
    """A database of sites, empty again after each test."""
    yield armada
    armada.empty()


def test_all_sites_arrive_and_a_second_run_has_nothing_to_do(ships: Fleet) -> None:
    names = set(ships.sites(30, spares=2))
    outcome = ships.migrate(change(*GROW))
    assert states.failures(ships.line) == []
    assert (outcome.moved, outcome.failed, outcome.stopped) == (32, 0, None)
    assert ships.at(NEW) == ships.grown()
    assert ships.at(NEW) > names
    assert ships.migrate(change(*GROW)).moved == 0
    pool = ships.line.execute("SELECT DISTINCT revision FROM shared.schema_pool").fetchall()
    assert pool == [(NEW,)]


def test_a_migration_that_fails_on_site_37_of_100_leaves_that_one_and_moves_the_others(
    ships: Fleet,
) -> None:
    names = ships.sites(100)
    odd = names[36]
    ships.line.execute(f'CREATE TABLE "{odd}".extra (id integer)')
    outcome = ships.migrate(change(*GROW))
    assert (outcome.moved, outcome.failed, outcome.stopped) == (99, 1, None)
    assert ships.at(OLD) == {odd}
    assert ships.grown() == set(names) - {odd}
    (failure,) = states.failures(ships.line)
    assert (failure.schema, failure.slug, failure.attempts) == (odd, "site36", 1)
    assert failure.error == 'relation "extra" already exists'


def test_what_failed_is_tried_again_when_told_and_only_then(ships: Fleet) -> None:
    odd = ships.sites(30)[2]
    ships.line.execute(f'CREATE TABLE "{odd}".extra (id integer)')
    ships.migrate(change(*GROW))
    ships.line.execute(f'DROP TABLE "{odd}".extra')
    assert ships.migrate(change(*GROW)).moved == 0
    assert states.retry(ships.line, clock.now()) == 1
    outcome = ships.migrate(change(*GROW))
    assert (outcome.moved, outcome.failed) == (1, 0)
    assert len(ships.grown()) == 30


def test_what_fails_on_a_spare_is_tried_on_no_site(ships: Fleet) -> None:
    names = ships.sites(5, spares=1)
    outcome = ships.migrate(change("ALTER TABLE nobody_has_this ADD COLUMN x integer"))
    assert (outcome.moved, outcome.failed, outcome.stopped) == (0, 1, rings.SPARES)
    assert ships.at(OLD) >= set(names)
    assert {one.slug for one in states.failures(ships.line)} == {""}


def test_the_chosen_site_goes_first_and_its_failure_keeps_the_others_back(ships: Fleet) -> None:
    names = ships.sites(20)
    assert states.canary(ships.line, "site7", on=True)
    assert not states.canary(ships.line, "nobody", on=True)
    ships.line.execute(f'CREATE TABLE "{names[7]}".extra (id integer)')
    outcome = ships.migrate(change(*GROW))
    assert (outcome.moved, outcome.failed, outcome.stopped) == (0, 1, rings.CANARY)
    again = ships.migrate(change(*GROW))
    assert (again.moved, again.stopped) == (0, rings.CANARY)
    assert states.hold(ships.line, "site7", clock.now())
    assert ships.migrate(change(*GROW)).moved == 19
    assert states.canaries(ships.line) == ["site7"]


def test_five_in_a_hundred_go_before_the_rest_and_two_failures_there_stop_it(ships: Fleet) -> None:
    names = ships.sites(60)
    for name in names:
        ships.line.execute(f'CREATE TABLE "{name}".extra (id integer)')
    outcome = ships.migrate(change(*GROW), workers=1)
    assert (outcome.moved, outcome.failed, outcome.stopped) == (0, 2, rings.EARLY)
    counted = {one.ring: one for one in states.counted(ships.line, NEW)}
    assert counted[rings.EARLY].size == 3
    assert (counted[rings.REST].waiting, counted[rings.REST].failed) == (57, 0)


def test_a_site_in_use_is_waited_for_without_holding_up_its_shop(ships: Fleet) -> None:
    busy, *_ = ships.sites(3)
    quick = change("SET LOCAL lock_timeout = '50ms'", *GROW)
    seen: list[int] = []
    with psycopg.connect(ships.url) as shopper:
        shopper.execute(f'LOCK TABLE "{busy}".schema_info IN ACCESS SHARE MODE')

        def look(ring: states.Counted) -> None:
            query = "SELECT attempts FROM shared.tenant_schema_state WHERE schema_name = %s"
            row = ships.line.execute(query, [busy]).fetchone()
            seen.append(row[0] if row else 0)
            if seen[-1] >= 1:
                shopper.rollback()

        outcome = ships.migrate(quick, told=look)
    assert max(seen) >= 1
    assert (outcome.moved, outcome.failed) == (3, 0)


def test_a_schema_somebody_dropped_is_named_and_nothing_is_made_elsewhere(ships: Fleet) -> None:
    gone = ships.sites(30)[4]
    ships.line.execute(f'DROP SCHEMA "{gone}" CASCADE')
    outcome = ships.migrate(change("CREATE TABLE extra (id uuid)"))
    assert (outcome.moved, outcome.failed) == (29, 1)
    assert states.failures(ships.line)[0].error == f"there is no schema {gone}"
    strays = "SELECT count(*) FROM pg_class WHERE relname = 'extra' AND relnamespace::regnamespace"
    assert ships.line.execute(f"{strays} = 'shared'::regnamespace").fetchone() == (0,)


def test_sites_that_older_code_builds_meanwhile_come_along(ships: Fleet) -> None:
    ships.sites(4)
    later: list[str] = []

    def build(ring: states.Counted) -> None:
        if not later:
            later.extend(ships.sites(1, prefix="late"))

    assert ships.migrate(change(*GROW), told=build).moved == 5
    assert set(later) < ships.grown()


def test_two_runs_at_once_share_the_sites(ships: Fleet) -> None:
    from concurrent.futures import ThreadPoolExecutor

    ships.sites(40)
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(ships.migrate, change(*GROW), workers=2) for _ in range(2)]
    assert sum(one.result().moved for one in runs) == 40
    assert len(ships.grown()) == 40


def test_a_database_that_is_away_is_nobodys_failure(ships: Fleet) -> None:
    ships.sites(3)
    ours = "pg_terminate_backend(pid)"
    kill = f"SELECT {ours} FROM pg_stat_activity WHERE pid = pg_backend_pid()"
    with pytest.raises(MigrationFailed, match=r"terminating|closed"):
        ships.migrate(change(kill, *GROW))
    assert not ships.grown()
    assert states.failures(ships.line) == []
    assert ships.migrate(change(*GROW)).moved == 3


def outside(*statements: str) -> Change:
    """A step in a transaction, then one without any, then another in one."""
    legs = {
        OLD: Leg("t9001b", GROW),
        "t9001b": Leg("t9001c", statements, outside=True),
        "t9001c": Leg(NEW, ("ALTER TABLE extra ADD COLUMN last integer",)),
    }
    return Change(NEW, legs.__getitem__)


INDEX = (
    "DROP INDEX CONCURRENTLY IF EXISTS {schema}.ix_grown",
    "CREATE INDEX CONCURRENTLY ix_grown ON {schema}.schema_info (grown)",
)
FILL = (
    "UPDATE {schema}.schema_info SET grown = 1 WHERE tenant_id IN"
    " (SELECT tenant_id FROM {schema}.schema_info WHERE grown IS NULL LIMIT 2)"
)


def test_an_index_is_built_beside_a_shop_at_work_and_rows_are_filled_in_small_steps(
    ships: Fleet,
) -> None:
    names = ships.sites(3)
    for name in names:
        ships.line.execute(f'INSERT INTO "{name}".schema_info SELECT generate_series(1, 5)')
    outcome = ships.migrate(outside(*INDEX, FILL))
    assert (outcome.moved, outcome.failed, ships.at(NEW)) == (9, 0, set(names))
    for name in names:
        filled = f'SELECT count(*) FROM "{name}".schema_info WHERE grown = 1'
        assert ships.line.execute(filled).fetchone() == (5,)
    valid = "SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid::regclass::text"
    assert ships.line.execute(f"{valid} LIKE '%ix_grown'").fetchone() == (3,)


def test_a_step_outside_a_transaction_that_was_cut_is_done_again(ships: Fleet) -> None:
    odd = ships.sites(30)[3]
    ships.line.execute(f'INSERT INTO "{odd}".schema_info VALUES (1), (2)')
    unique = INDEX[1].replace("INDEX", "UNIQUE INDEX", 1).replace("(grown)", "((1))")
    outcome = ships.migrate(outside(INDEX[0], unique))
    assert outcome.failed == 1
    assert ships.at("t9001b") == {odd}
    assert "could not create unique index" in states.failures(ships.line)[0].error
    ships.line.execute(f'DELETE FROM "{odd}".schema_info WHERE tenant_id = 2')
    states.retry(ships.line, clock.now())
    assert ships.migrate(outside(INDEX[0], unique)).failed == 0
    assert len(ships.at(NEW)) == 30


def test_a_clock_that_was_put_back_keeps_no_site_waiting(ships: Fleet) -> None:
    ships.sites(3)
    assert states.plan(ships.line, NEW, now=clock.now() + timedelta(days=1)) == 3
    assert ships.migrate(change(*GROW)).moved == 3
