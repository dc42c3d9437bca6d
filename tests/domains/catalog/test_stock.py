"""Card stock on a real database: sealed, counted, handed out once."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from kameng.domains.catalog import queries, rules
from kameng.domains.catalog.errors import (
    LineTakenOtherwise,
    NotACardSku,
    OutOfStock,
    SkuNotFound,
)
from kameng.domains.catalog.stock import errors, service
from kameng.domains.catalog.stock import queries as stock_queries
from kameng.domains.catalog.stock.rules import LARGEST_FILE, LONGEST_SECRET, CardState
from kameng.kit import clock, ids
from tenants.context import use
from tenants.database import session
from tests.support import catalog
from tests.support.worlds import Alliance, Builder

ACTOR = catalog.ACTOR


def counts(tenant, sku):
    return stock_queries.counts(tenant, sku.sku_id)


def take(tenant, sku, quantity, order=None, line=None):
    return service.take(
        tenant,
        sku.sku_id,
        quantity,
        order_id=order or ids.uuid7(),
        line_id=line or ids.uuid7(),
        now=clock.now(),
    )


@pytest.fixture(scope="module")
def alliance(builder: Builder) -> Alliance:
    """One for all tests here: each brings goods of its own."""
    return builder.alliance()


@pytest.fixture
def hub(alliance: Alliance):
    with use(alliance.hub):
        yield alliance.hub


@pytest.fixture
def sku(hub):
    made = catalog.sku(hub, secrets=5)
    session.commit()
    return made


def test_a_secret_is_stored_sealed_and_never_in_the_clear(hub, owner: Engine) -> None:
    made = catalog.sku(hub, secrets=["AAAA-BBBB-CCCC"])
    session.commit()
    with owner.connect() as connection:
        row = connection.execute(
            text("SELECT * FROM shared.card_secret WHERE sku_id = :s"), {"s": made.sku_id}
        ).one()
    assert b"AAAA-BBBB" not in bytes(row.cipher)
    assert b"AAAA-BBBB" not in bytes(row.digest)


def test_the_first_line_of_a_paste_sells_first(hub) -> None:
    lines = [f"line-{number:04d}" for number in range(300)]
    made = catalog.sku(hub, secrets=lines)
    order = ids.uuid7()
    take(hub, made, 300, order)
    assert [card.secret for card in service.open(hub, order)] == lines


def test_duplicates_are_reported_by_line_and_not_inserted(hub, sku) -> None:
    first = service.add_secrets(
        hub, sku.sku_id, ["a-1", "", "a-2", "a-1 ", "  ", "ａ-2"], actor=ACTOR, now=clock.now()
    )
    assert (first.inserted, first.duplicates, first.blank) == (2, [4, 6], 2)
    again = service.add_secrets(
        hub, sku.sku_id, ["a-3", "a-2", "a-1"], actor=ACTOR, now=clock.now()
    )
    assert (again.inserted, again.duplicates) == (1, [2, 3])
    assert counts(hub, sku).free == 5 + 3


def test_a_paste_of_only_known_secrets_makes_no_batch(hub, sku) -> None:
    service.add_secrets(hub, sku.sku_id, ["x-1"], actor=ACTOR, now=clock.now())
    before = stock_queries.batches(hub).total
    added = service.add_secrets(hub, sku.sku_id, ["x-1"], actor=ACTOR, now=clock.now())
    assert (added.batch_id, added.inserted, added.duplicates) == (None, 0, [1])
    assert stock_queries.batches(hub).total == before


def test_a_sold_secret_cannot_be_stocked_again(hub, sku) -> None:
    service.add_secrets(hub, sku.sku_id, ["gone-1"], actor=ACTOR, now=clock.now())
    take(hub, sku, 6)
    again = service.add_secrets(hub, sku.sku_id, ["gone-1"], actor=ACTOR, now=clock.now())
    assert again.inserted == 0


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        (["ok", "x" * (LONGEST_SECRET + 1)], errors.SecretTooLong),
        (["ok", "nul\x00byte"], errors.SecretUnprintable),
        (["ok", "half \ud800"], errors.SecretUnprintable),
        (["", "   "], errors.NoSecrets),
        ([], errors.NoSecrets),
    ],
)
def test_a_bad_line_refuses_the_whole_paste(hub, sku, lines, refusal) -> None:
    with pytest.raises(refusal):
        service.add_secrets(hub, sku.sku_id, lines, actor=ACTOR, now=clock.now())
    assert counts(hub, sku).free == 5


@pytest.mark.parametrize(
    "raw",
    [
        "卡号一\r\n卡号二\r\n".encode(),
        "卡号一\n卡号二".encode("utf-8-sig"),
        "卡号一\r卡号二\r".encode("gbk"),
        "卡号一\n卡号二\n".encode("utf-16"),
    ],
)
def test_files_of_any_usual_encoding_and_line_end_are_read_alike(hub, sku, raw) -> None:
    added = service.add_secrets_file(hub, sku.sku_id, raw, actor=ACTOR, now=clock.now())
    assert (added.inserted, added.blank) == (2, 0)
    order = ids.uuid7()
    take(hub, sku, 7, order)
    assert {"卡号一", "卡号二"} <= {card.secret for card in service.open(hub, order)}


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        (b"x" * (LARGEST_FILE + 1), errors.FileTooLarge),
        (b"x\n" * (50 * 1024 * 1024 // 2), errors.FileTooLarge),
        (b"PK\x03\x04 a workbook", errors.TextUnreadable),
        (b"\xff\xff\xff\x80\x80", errors.TextUnreadable),
        (b"good\nbad\x00line\n", errors.SecretUnprintable),
    ],
)
def test_files_that_are_no_list_of_secrets_store_nothing(hub, sku, raw, refusal) -> None:
    with pytest.raises(refusal):
        service.add_secrets_file(hub, sku.sku_id, raw, actor=ACTOR, now=clock.now())
    assert counts(hub, sku).free == 5


def test_ten_thousand_lines_take_under_five_seconds(hub, sku) -> None:
    lines = list(catalog.card_lines(10_000))
    start = time.perf_counter()
    added = service.add_secrets(hub, sku.sku_id, lines, actor=ACTOR, now=clock.now())
    session.commit()
    assert time.perf_counter() - start < 5
    assert added.inserted == 10_000


def test_secrets_go_only_to_own_skus_of_the_card_type(alliance: Alliance) -> None:
    with use(alliance.hub):
        card = catalog.sku(alliance.hub, secrets=0)
        topup = catalog.sku(alliance.hub, stock_type=rules.StockType.TOPUP)
        session.commit()
        with pytest.raises(NotACardSku):
            service.add_secrets(alliance.hub, topup.sku_id, ["x"], actor=ACTOR, now=clock.now())
    with use(alliance.ada), pytest.raises(SkuNotFound):
        service.add_secrets(alliance.ada, card.sku_id, ["x"], actor=ACTOR, now=clock.now())


def test_the_database_itself_refuses_secrets_for_a_parents_sku(alliance: Alliance, sku) -> None:
    session.commit()
    with use(alliance.ada):
        call = text(
            "SELECT shared.add_cards(:sku, :b, ARRAY[CAST(:b AS uuid)], ARRAY[CAST('x' AS bytea)],"
            " ARRAY[CAST('y' AS bytea)])"
        )
        with pytest.raises(ProgrammingError, match="not yours"):
            session.execute(call, {"sku": sku.sku_id, "b": ids.uuid7()})


def test_taking_is_all_or_nothing_and_tells_what_is_there(hub, sku) -> None:
    with pytest.raises(OutOfStock) as refused:
        take(hub, sku, 6)
    session.rollback()
    assert refused.value.facts == {"available": 5, "wanted": 6}
    assert counts(hub, sku).free == 5
    assert len(take(hub, sku, 5)) == 5
    assert queries.stock(hub, [sku.sku_id]) == {sku.sku_id: 0}


def test_the_same_line_twice_gets_the_same_cards(hub, sku) -> None:
    order, line = ids.uuid7(), ids.uuid7()
    first = take(hub, sku, 2, order, line)
    session.commit()
    assert take(hub, sku, 2, order, line) == first
    assert counts(hub, sku).sold == 2
    with pytest.raises(LineTakenOtherwise):
        take(hub, sku, 3, order, line)
    session.rollback()
    assert counts(hub, sku).sold == 2


def test_taking_opens_in_the_same_round_trip(alliance: Alliance, sku) -> None:
    session.commit()
    with use(alliance.ada):
        order, line = ids.uuid7(), ids.uuid7()
        cards = service.take_open(
            alliance.ada, sku.sku_id, 2, order_id=order, line_id=line, now=clock.now()
        )
        session.commit()
        assert [card.seq for card in cards] == [1, 2]
        assert [card.secret for card in cards] == [
            card.secret for card in service.open(alliance.ada, order)
        ]
        assert cards[0].secret not in repr(cards)


def test_a_sub_site_sells_its_masters_cards_and_reads_only_what_it_sold(builder: Builder) -> None:
    alliance, order = builder.alliance(), ids.uuid7()
    with use(alliance.hub):
        sku = catalog.sku(alliance.hub, secrets=5)
        session.commit()
    with use(alliance.bo):
        take(alliance.bo, sku, 2, order)
        session.commit()
        assert len(service.open(alliance.bo, order)) == 2
        seen = session.execute(text("SELECT count(*) FROM shared.card_secret")).scalar_one()
        assert seen == 2
    with use(alliance.ada):
        assert service.open(alliance.ada, order) == []
        assert session.execute(text("SELECT count(*) FROM shared.card_secret")).scalar_one() == 0
        assert queries.stock(alliance.ada, [sku.sku_id]) == {sku.sku_id: 3}


def test_another_alliance_can_neither_take_count_nor_release(builder, alliance, sku) -> None:
    order = ids.uuid7()
    service.hold(
        alliance.hub,
        sku.sku_id,
        1,
        order_id=order,
        line_id=ids.uuid7(),
        until=clock.now() + timedelta(minutes=5),
    )
    session.commit()
    stranger = builder.alliance().hub
    with use(stranger):
        with pytest.raises(SkuNotFound):
            take(stranger, sku, 1)
        assert queries.stock(stranger, [sku.sku_id]) == {sku.sku_id: 0}
        assert service.release(stranger, order) == 0
        assert service.sell_held(stranger, order, now=clock.now()) == []
        session.commit()
    with use(alliance.hub):
        assert counts(alliance.hub, sku).held == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shared.card_secret SET state = 'free'",
        "DELETE FROM shared.card_secret",
        "INSERT INTO shared.card_secret (id) VALUES (gen_random_uuid())",
    ],
)
def test_no_statement_of_the_application_moves_a_card(hub, sku, statement) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text(statement))


def test_held_cards_are_nobody_elses_until_released(hub, sku) -> None:
    order, line = ids.uuid7(), ids.uuid7()
    until = clock.now() + timedelta(minutes=35)
    held = service.hold(hub, sku.sku_id, 4, order_id=order, line_id=line, until=until)
    assert service.hold(hub, sku.sku_id, 4, order_id=order, line_id=line, until=until) == held
    with pytest.raises(OutOfStock):
        take(hub, sku, 2)
    assert service.release(hub, order) == 4
    assert len(take(hub, sku, 5)) == 5


def test_a_line_sells_what_it_held_and_the_rest_from_free(hub, sku) -> None:
    order, line = ids.uuid7(), ids.uuid7()
    until = clock.now() + timedelta(minutes=35)
    held = service.hold(hub, sku.sku_id, 2, order_id=order, line_id=line, until=until)
    taken = take(hub, sku, 3, order, line)
    assert taken[:2] == held
    assert service.release(hub, order) == 0
    assert counts(hub, sku).sold == 3


def test_selling_held_cards_leaves_nothing_to_release(hub, sku) -> None:
    order, until = ids.uuid7(), clock.now() + timedelta(minutes=35)
    held = service.hold(hub, sku.sku_id, 2, order_id=order, line_id=ids.uuid7(), until=until)
    assert sorted(service.sell_held(hub, order, now=clock.now())) == held
    assert service.release(hub, order) == 0


def test_void_cards_do_not_sell_and_sold_ones_cannot_be_voided(hub, sku) -> None:
    sold = take(hub, sku, 1)
    page = stock_queries.secrets(hub, sku.sku_id, state=CardState.FREE)
    free = [card.id for card in page.items]
    now = clock.now()
    assert service.void(hub, free[:2] + sold, reason="坏卡", actor=ACTOR, now=now) == 2
    assert (counts(hub, sku).void, counts(hub, sku).sold) == (2, 1)
    assert service.restore(hub, free[:2], reason="误操作", actor=ACTOR, now=now) == 2
    assert len(take(hub, sku, 4)) == 4


def test_revealing_in_the_console_is_for_the_owner_and_on_record(alliance: Alliance, sku) -> None:
    session.commit()
    card = stock_queries.secrets(alliance.hub, sku.sku_id).items[0]
    plain = service.reveal_in_console(alliance.hub, card.id, actor=ACTOR, now=clock.now())
    log = text("SELECT subject, after FROM shared.audit_log WHERE action = 'secret.revealed'")
    row = session.execute(log).one()
    assert row.subject == str(card.id)
    assert plain not in str(row.after)
    session.commit()
    with use(alliance.ada), pytest.raises(errors.CardNotFound):
        service.reveal_in_console(alliance.ada, card.id, actor=ACTOR, now=clock.now())


def test_stock_is_counted_exactly_up_to_its_cap(hub) -> None:
    many = catalog.sku(hub, secrets=520)
    few = catalog.sku(hub, secrets=3)
    none = ids.uuid7()
    asked = [many.sku_id, few.sku_id, none]
    assert queries.stock(hub, asked) == {many.sku_id: 500, few.sku_id: 3, none: 0}


def test_batches_tell_what_came_in_and_what_is_left(hub, sku) -> None:
    added = service.add_secrets(
        hub, sku.sku_id, ["b-1", "b-1", "b-2", ""], note="十月 批次", actor=ACTOR, now=clock.now()
    )
    take(hub, sku, 6)
    batch = stock_queries.batches(hub, sku_id=sku.sku_id).items[0]
    assert (batch.id, batch.note, batch.inserted) == (added.batch_id, "十月 批次", 2)
    assert (batch.duplicates, batch.blank, batch.free, batch.sold) == (1, 1, 1, 1)


def test_many_shoppers_at_once_never_get_one_card_twice(alliance: Alliance) -> None:
    with use(alliance.hub):
        made = catalog.sku(alliance.hub, secrets=60)
        session.commit()
    sold: list = []
    refused: list = []

    def shop() -> None:
        for _ in range(15):
            with use(alliance.ada):
                try:
                    sold.extend(take(alliance.ada, made, 1))
                    session.commit()
                except OutOfStock as refusal:
                    refused.append(refusal)

    shoppers = [threading.Thread(target=shop) for _ in range(6)]
    for shopper in shoppers:
        shopper.start()
    for shopper in shoppers:
        shopper.join()
    assert len(sold) == len(set(sold)) == 60
    assert len(refused) == 30
