"""The places of a process are shared fairly: nobody takes them all, nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from kameng.kit import calls, shares
from kameng.kit.calls import Call
from kameng.kit.shares import Crowded, Seat, Shares


class Clock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def taken(hall: Shares, lane: str, wanted: int) -> list[Seat]:
    """As many places as a lane gets without waiting."""
    got: list[Seat] = []
    for _ in range(wanted):
        try:
            got.append(hall.enter(lane))
        except Crowded:
            break
    return got


def soon(happened: Callable[[], bool]) -> bool:
    """Whether something happens in another thread within a second."""
    pause = threading.Event()
    return any(happened() or pause.wait(0.005) for _ in range(200)) or happened()


def test_alone_a_site_takes_half_and_leaves_half_for_the_next() -> None:
    hall = Shares(8, 0)
    assert len(taken(hall, "ada", 20)) == 4
    assert len(taken(hall, "bo", 20)) == 2
    assert len(taken(hall, "cy", 20)) == 1


def test_a_small_process_still_lets_one_in() -> None:
    hall = Shares(1, 0)
    assert len(taken(hall, "ada", 3)) == 1
    with pytest.raises(Crowded):
        hall.enter("bo")


def test_a_place_given_back_is_free_again() -> None:
    hall = Shares(2, 0)
    for _ in range(50):
        with hall.enter("ada"):
            pass
    assert hall.counts() == (0, 0)


def test_a_failed_request_gives_its_place_back() -> None:
    hall = Shares(2, 0)
    with pytest.raises(ZeroDivisionError), hall.enter("ada"):
        raise ZeroDivisionError
    assert hall.counts() == (0, 0)


def test_the_refused_are_told_when_to_come_back() -> None:
    hall = Shares(2, 0)
    with hall.enter("ada"), pytest.raises(Crowded) as told:
        hall.enter("ada")
    assert told.value.retry_after == 1


def test_who_waits_comes_in_as_soon_as_there_is_a_place() -> None:
    hall = Shares(2, 4)
    first, done = hall.enter("ada"), threading.Event()

    def second() -> None:
        with hall.enter("ada"):
            done.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert soon(lambda: hall.counts() == (1, 1))
    assert not done.is_set()
    with first:
        pass
    thread.join(2)
    assert done.is_set()
    assert hall.counts() == (0, 0)


def test_the_waiting_places_are_shared_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "PATIENCE", 0.4)
    hall, refused = Shares(2, 4), threading.Barrier(4)
    kept = [hall.enter("ada"), hall.enter("bo")]

    def wait() -> None:
        with pytest.raises(Crowded):
            hall.enter("ada")
        refused.wait(2)

    threads = [threading.Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert soon(lambda: hall.counts() == (2, 2)), "two of four places wait for the same site"
    refused.wait(2)
    for thread in threads:
        thread.join()
    for seat in kept:
        hall.leave(seat)
    assert hall.counts() == (0, 0)


def test_the_modest_go_first() -> None:
    clock, order = Clock(), []
    hall = Shares(1, 8, clock=clock)
    for _ in range(3):
        with hall.enter("noisy"):
            clock.now += 0.1
    held = hall.enter("other")

    def ask(lane: str) -> None:
        with hall.enter(lane):
            order.append(lane)

    threads: list[threading.Thread] = []
    for lane in ("noisy", "quiet"):
        threads.append(threading.Thread(target=ask, args=(lane,)))
        threads[-1].start()
        assert soon(lambda: hall.counts() == (1, len(threads)))
    hall.leave(held)
    for thread in threads:
        thread.join(2)
    assert order == ["quiet", "noisy"]


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> tuple[Shares, Clock]:
    """A process that one site has kept at work for a while, where others came by."""
    clock = Clock()
    hall = Shares(8, 0, clock=clock)
    for _ in range(40):
        with hall.enter("noisy"):
            clock.now += 0.1
        for lane in ("quiet", "calm"):
            with hall.enter(lane):
                pass
    monkeypatch.setattr(shares, "BUSY", 0.5)
    return hall, clock


def test_in_a_busy_process_a_site_over_its_share_waits_for_the_others(
    busy: tuple[Shares, Clock],
) -> None:
    hall, _clock = busy
    with pytest.raises(Crowded):
        hall.enter("noisy")
    assert len(taken(hall, "quiet", 2)) == 2
    assert len(taken(hall, "newcomer", 2)) == 2


def test_where_there_is_room_a_site_over_its_share_works_at_one_thing_at_a_time(
    busy: tuple[Shares, Clock],
) -> None:
    hall, clock = busy
    clock.now += shares.MEMORY * 0.7
    with hall.enter("noisy"):
        with pytest.raises(Crowded):
            hall.enter("noisy")
        clock.now += shares.YOUNG
        with hall.enter("noisy"):
            assert hall.counts() == (2, 0), "what only waits for something holds nobody back"


def test_a_crowd_nobody_can_tell_apart_has_no_average_to_keep(
    busy: tuple[Shares, Clock],
) -> None:
    hall, _clock = busy
    hall.leave(hall.enter("noisy", paced=False))
    assert hall.counts() == (0, 0)


def test_alone_nobody_is_over_his_share() -> None:
    clock = Clock()
    hall = Shares(8, 0, clock=clock)
    for _ in range(40):
        with hall.enter("ada"):
            clock.now += 0.1
    assert len(taken(hall, "ada", 9)) == 4


def test_what_was_used_is_forgotten(busy: tuple[Shares, Clock]) -> None:
    hall, clock = busy
    clock.now += 10 * shares.MEMORY
    assert len(taken(hall, "noisy", 9)) == 4


def test_who_waits_for_an_answer_from_outside_keeps_no_place() -> None:
    hall = Shares(2, 0)
    with hall.enter("ada"):
        with shares.aside():
            assert hall.counts() == (0, 0)
            others = [hall.enter("bo"), hall.enter("cy")]
        assert hall.counts() == (3, 0), "coming back is never refused"
    for seat in others:
        hall.leave(seat)
    assert hall.counts() == (0, 0)


def test_outgoing_calls_step_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kameng.kit.calls.session.commit", lambda: None)
    hall = Shares(2, 0)
    with hall.enter("ada"):
        call = Call(send=hall.counts, settle=lambda during: (during, hall.counts()))
        assert calls.run(call) == ((0, 0), (1, 0))


def test_many_threads_leave_nothing_behind() -> None:
    hall, most, lock = Shares(4, 12), [0], threading.Lock()

    def visit(lane: int) -> None:
        for _ in range(300):
            try:
                with hall.enter(lane % 3), lock:
                    most[0] = max(most[0], hall.counts()[0])
            except Crowded:
                pass

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hall.counts() == (0, 0)
    assert most[0] <= 4


def test_beside_one_modest_neighbour_the_greedy_is_held_back_too() -> None:
    clock = Clock()
    hall = Shares(8, 0, clock=clock)
    for _ in range(40):
        kept = taken(hall, "noisy", 1)
        with hall.enter("quiet"):
            clock.now += 0.01
        clock.now += 0.09
        for seat in kept:
            hall.leave(seat)
    with hall.enter("noisy"), pytest.raises(Crowded):
        hall.enter("noisy")


def test_the_second_lane_of_the_only_site_does_not_hold_it_back() -> None:
    clock = Clock()
    hall = Shares(8, 0, clock=clock)
    for _ in range(60):
        kept = taken(hall, "shop", 3)
        with hall.enter("orders", paced=False):
            clock.now += 0.1
        assert len(kept) == 3
        for seat in kept:
            hall.leave(seat)
