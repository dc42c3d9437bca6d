"""Looking at hosts strangers name: real packets and connections, and nothing inside is reached."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from kameng.kit import fetch, names
from tests.support import fileserver, nameserver
from tests.support.fileserver import Files
from tests.support.nameserver import Zone


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Zone, Files]]:
    with nameserver.serving() as zone, fileserver.serving() as files:
        yield zone, files


@pytest.fixture
def zone(servers: tuple[Zone, Files]) -> Iterator[Zone]:
    found = servers[0]
    names.configure((found.address,))
    fetch.configure(servers[1].port)
    yield found
    names.configure(())
    fetch.configure(None)


@pytest.fixture
def files(servers: tuple[Zone, Files], zone: Zone) -> Files:
    return servers[1]


def test_the_texts_of_a_name_are_read(zone: Zone) -> None:
    zone.texts["_kameng.one.example.com"] = ["first", "second"]
    assert sorted(names.texts("_kameng.one.example.com")) == ["first", "second"]


def test_a_short_answer_is_asked_for_again_over_tcp(zone: Zone) -> None:
    zone.texts["_kameng.big.example.com"] = [sign * 200 for sign in "abc"]
    zone.short.add("_kameng.big.example.com")
    assert len(names.texts("_kameng.big.example.com")) == 3
    assert zone.asked[-1][2] == "tcp"


def test_what_is_not_there_and_who_does_not_answer_are_two_things(
    zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "SECONDS", 0.3)
    zone.addresses["bare.example.com"] = ["127.0.0.1"]
    zone.broken.add("broken.example.com")
    zone.silent.add("silent.example.com")
    for gone in ("nobody.example.com", "bare.example.com", "a." * 126 + "example.com"):
        with pytest.raises(names.NotThere):
            names.texts(gone)
    for quiet in ("broken.example.com", "silent.example.com"):
        with pytest.raises(names.NoAnswer):
            names.texts(quiet)
        with pytest.raises(names.NoAnswer):
            names.addresses(quiet)


def test_no_resolver_at_all_is_no_answer(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "SECONDS", 0.3)
    names.configure(("127.0.0.1:9",))
    with pytest.raises(names.NoAnswer):
        names.texts("one.example.com")


def test_a_file_is_fetched_under_the_name_of_its_host(zone: Zone, files: Files) -> None:
    zone.addresses["shop.example.com"] = ["127.0.0.1"]
    files.texts["shop.example.com", "/a"] = "hello"
    assert fetch.small_file("shop.example.com", "/a") == b"hello"
    assert fetch.small_file("shop.example.com", "/b") is None


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.7", "172.16.4.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1"),
        *("64:ff9b:1::a00:1", "fec0::1", "5f00::1", "3fff::1", "192.0.0.8", "2001:0:a00:1::1"),
        *("64:ff9b::a00:1", "2002:a00:1::", "::ffff:169.254.169.254", "::a00:1"),
    ],
)
def test_a_name_that_leads_inside_is_not_followed(zone: Zone, files: Files, address: str) -> None:
    zone.addresses["inside.example.com"] = [address]
    before = len(files.asked)
    with pytest.raises(fetch.NotPublic):
        fetch.small_file("inside.example.com", "/a")
    assert len(files.asked) == before


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_not_asked_outside_tests(zone: Zone, address: str) -> None:
    fetch.configure(None)
    zone.addresses["self.example.com"] = [address]
    with pytest.raises(fetch.NotPublic):
        fetch.small_file("self.example.com", "/a")


def test_one_private_address_among_others_is_enough_to_refuse(zone: Zone) -> None:
    zone.addresses["mixed.example.com"] = ["127.0.0.1", "10.0.0.7"]
    with pytest.raises(fetch.NotPublic):
        fetch.small_file("mixed.example.com", "/a")


def test_a_second_answer_of_the_name_changes_nothing(zone: Zone, files: Files) -> None:
    """DNS rebinding: what was looked at is what is connected to, and the name is asked once."""
    zone.turns["turning.example.com"] = [["127.0.0.1"], ["10.0.0.7"]]
    files.texts["turning.example.com", "/a"] = "hello"
    zone.asked.clear()
    assert fetch.small_file("turning.example.com", "/a") == b"hello"
    assert [kind for _, kind, _ in zone.asked] == ["A", "AAAA"]
    with pytest.raises(fetch.NotPublic):
        fetch.small_file("turning.example.com", "/a")


def test_nobody_is_followed_elsewhere(zone: Zone, files: Files) -> None:
    zone.addresses["shop.example.com"] = ["127.0.0.1"]
    files.led_on["/moved"] = "http://127.0.0.1/secret"
    before = len(files.asked)
    assert fetch.small_file("shop.example.com", "/moved") is None
    assert len(files.asked) == before + 1


def test_a_large_file_is_none(zone: Zone, files: Files) -> None:
    zone.addresses["shop.example.com"] = ["127.0.0.1"]
    files.texts["shop.example.com", "/big"] = "x" * (fetch.MOST + 1)
    assert fetch.small_file("shop.example.com", "/big") is None


def test_a_server_that_only_drips_is_left(
    zone: Zone, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 0.3)
    zone.addresses["slow.example.com"] = ["127.0.0.1"]
    files.dripping.add("slow.example.com")
    began = time.monotonic()
    with pytest.raises(fetch.Unreachable):
        fetch.small_file("slow.example.com", "/a")
    assert time.monotonic() - began < 2


def test_nobody_at_the_port_is_unreachable(zone: Zone) -> None:
    zone.addresses["shop.example.com"] = ["127.0.0.1"]
    fetch.configure(9)
    with pytest.raises(fetch.Unreachable):
        fetch.small_file("shop.example.com", "/a")
