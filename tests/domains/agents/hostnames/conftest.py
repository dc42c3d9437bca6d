"""The internet on loopback, and one alliance, for all tests of own domains."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.support import hosts
from tests.support.hosts import World
from tests.support.terms import bind, package
from tests.support.worlds import Alliance, Builder

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with hosts.world() as made:
        yield made


@pytest.fixture(scope="module")
def family(builder: Builder) -> Alliance:
    """Hub, Ada with a package that allows own domains, Bo with one that does not."""
    from kameng.domains.terms.rules import Allows

    made = builder.alliance()
    bind(made.ada, package(made.hub, allows=Allows(own_domain=True)))
    bind(made.bo, package(made.ada, allows=Allows()))
    return made


@pytest.fixture
def host(family: Alliance) -> Iterator[str]:
    """A host nobody has claimed yet; afterwards the family holds none."""
    yield f"shop{next(_numbers)}.example.com"
    for site in (family.hub, family.ada, family.bo):
        hosts.give_up(site)
