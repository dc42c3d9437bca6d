"""Who may see an order: nobody by contact, nobody by guessing."""

from __future__ import annotations

import statistics
import time

import pytest

from kameng.domains.delivery import service as delivery
from kameng.domains.orders import access, errors, queries
from kameng.kit import audit, clock, ids
from tenants.context import use
from tenants.database import session
from tests.support.orders import PASSWORD, paid, placed, relayed, stocked
from tests.support.payments import Standin
from tests.support.worlds import Alliance


def test_number_and_password_find_an_order_however_they_are_typed(alliance: Alliance) -> None:
    ada = alliance.ada
    order = placed(ada, stocked(alliance.hub))
    typed = order.number.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    with use(ada):
        assert queries.find(ada, typed, PASSWORD, ip="203.0.113.1").order.id == order.id


def test_a_wrong_number_and_a_wrong_password_get_the_same_answer(alliance: Alliance) -> None:
    ada = alliance.ada
    order = placed(ada, stocked(alliance.hub))
    answers = []
    for number, password in (
        (order.number, "wrong-one"),
        (ids.order_number(), PASSWORD),
        (order.number, ""),
        (order.number, order.contact),
        ("' OR 1=1 --", PASSWORD),
    ):
        with use(ada), pytest.raises(errors.OrderNotFound) as caught:
            queries.find(ada, number, password, ip="203.0.113.2")
        answers.append((caught.value.code, caught.value.facts))
    assert answers == [("order_not_found", {})] * 5


def test_another_site_does_not_find_it(alliance: Alliance) -> None:
    order = placed(alliance.ada, stocked(alliance.hub))
    for other in (alliance.hub, alliance.bo):
        with use(other), pytest.raises(errors.OrderNotFound):
            queries.find(other, order.number, PASSWORD, ip="203.0.113.3")


def test_guessing_is_slowed_per_order_and_per_address(alliance: Alliance) -> None:
    ada = alliance.ada
    order = placed(ada, stocked(alliance.hub))

    def guess(number: str, ip: str) -> str:
        with use(ada), pytest.raises((errors.OrderNotFound, errors.TooManyTries)) as caught:
            queries.find(ada, number, "wrong", ip=ip)
        return caught.value.code

    spread = [guess(order.number, f"203.0.113.{number}") for number in range(12)]
    assert spread[access.TRIES_PER_ORDER :] == ["too_many_tries"] * 2
    one = [guess(ids.order_number(), "198.51.100.1") for _ in range(access.TRIES_PER_ADDRESS + 2)]
    assert one[-2:] == ["too_many_tries"] * 2
    with use(ada), pytest.raises(errors.TooManyTries):
        queries.find(ada, order.number, PASSWORD, ip="203.0.113.200")


def test_the_right_password_does_not_use_up_the_orders_tries(alliance: Alliance) -> None:
    ada = alliance.ada
    order = placed(ada, stocked(alliance.hub))
    with use(ada):
        for number in range(15):
            queries.find(ada, order.number, PASSWORD, ip=f"203.0.113.{100 + number}")
            session.rollback()


def test_the_browser_that_placed_an_order_has_a_proof_nobody_else_can_make(
    alliance: Alliance,
) -> None:
    ada = alliance.ada
    order = placed(ada, stocked(alliance.hub))
    proof = queries.access_token(ada, order.number)
    with use(ada):
        assert queries.by_access(ada, order.number, proof).order.id == order.id
    other = proof[:-1] + ("B" if proof.endswith("A") else "A")
    forged = (queries.access_token(alliance.hub, order.number), other, "", "é")
    for token in forged:
        with use(ada), pytest.raises(errors.OrderNotFound):
            queries.by_access(ada, order.number, token)


def test_the_comparison_takes_as_long_for_nobodys_order(alliance: Alliance) -> None:
    stored = access.digest(alliance.ada, PASSWORD)
    spans: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(2000):
        for known in (True, False):
            begun = time.perf_counter()
            access.matches(alliance.ada, "wrong-one", stored if known else None)
            spans[known].append(time.perf_counter() - begun)
    known, unknown = (statistics.median(spans[key]) for key in (True, False))
    assert known / unknown == pytest.approx(1, abs=0.5)


def test_who_saw_a_secret_is_on_record(alliance: Alliance, standin: Standin) -> None:
    ada = alliance.ada
    bought = paid(ada, stocked(alliance.hub), standin)
    with use(ada):
        assert delivery.reveal(ada, bought.order.id, actor=audit.SYSTEM, now=clock.now()) == []
        session.commit()
    from tests.domains.orders.test_payment import told

    told(ada, bought.page)
    relayed()
    kim = audit.Actor("guest", "browser-1", "访客", "203.0.113.77")
    with use(ada):
        (secret,) = delivery.reveal(ada, bought.order.id, actor=kim, now=clock.now())
        session.commit()
    assert secret.text.startswith("KM")
    with use(ada):
        seen = session.connection().exec_driver_sql(
            "SELECT action, ip, after::text FROM shared.audit_log"
            " WHERE tenant_id = %s AND actor_id = 'browser-1'",
            (ada.id,),
        )
        ((action, ip, after),) = seen.all()
    assert (action, ip) == ("secret.revealed", "203.0.113.77")
    assert secret.text not in after
    with use(alliance.bo):
        assert delivery.reveal(alliance.bo, bought.order.id, actor=kim, now=clock.now()) == []
