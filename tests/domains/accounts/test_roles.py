"""The table of permissions: who may do what at most, and who may give it to whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.accounts.errors import (
    BadRoleName,
    BeyondPlatformLimit,
    NoSuchPermission,
    NotYoursToGive,
    RoleNotHere,
)
from kameng.domains.accounts.roles import rules

SOME = st.frozensets(st.sampled_from(sorted(rules.ALL)))


def test_what_no_agent_is_ever_given_stands_word_for_word() -> None:
    """Changing this list is a decision about the platform (docs/adr/0061)."""
    assert sorted(rules.MASTER_ONLY) == [
        "channels.allow",
        "design.release",
        "goods.edit",
        "import.edit",
        "ledger.prove",
        "orders.late",
        "orders.return",
        "payees.verify",
        "prices.approve",
        "secrets.edit",
        "secrets.reveal",
        "secrets.view",
        "settlement.run",
        "sites.deposit",
        "sites.move",
        "topups.edit",
        "withdrawals.pay",
        "withdrawals.review",
        "withdrawals.set",
    ]


@given(SOME, st.sampled_from([*rules.BUILT_IN, "own-1", "nobody"]))
def test_no_role_of_a_sub_site_outgrows_the_limit(own: frozenset[str], role: str) -> None:
    assert not rules.held(role, own, root=False) & rules.MASTER_ONLY
    assert rules.held(role, own, root=False) <= rules.held(role, own, root=True)


@given(SOME)
def test_every_act_comes_with_the_sight_of_its_resource(chosen: frozenset[str]) -> None:
    whole = rules.with_what_they_need(chosen)
    assert chosen <= whole
    assert whole == rules.with_what_they_need(whole)
    for permission in whole:
        seen = permission.partition(".")[0] + ".view"
        assert seen not in rules.ALL or seen in whole


@pytest.mark.parametrize("role", rules.BUILT_IN)
def test_built_in_roles_can_use_what_they_hold(role: str) -> None:
    assert rules.with_what_they_need(rules.BUILT_IN[role]) == rules.BUILT_IN[role]


@given(SOME, SOME, st.booleans())
def test_nobody_gives_what_he_does_not_hold(
    mine: frozenset[str], wanted: frozenset[str], root: bool
) -> None:
    if wanted - rules.limit(root=root):
        with pytest.raises(BeyondPlatformLimit):
            rules.check_gift(wanted, mine, root=root)
    elif wanted - mine:
        with pytest.raises(NotYoursToGive):
            rules.check_gift(wanted, mine, root=root)
    else:
        rules.check_gift(wanted, mine, root=root)


def test_owners_hold_all_their_site_may_hold() -> None:
    assert rules.held("operator", root=True) == rules.ALL
    assert rules.held("agent", root=False) == rules.limit(root=False)
    assert sorted(rules.OWNERS) == ["agent", "operator"]


def test_a_steward_sees_no_contact_no_secret_and_moves_no_money() -> None:
    steward = rules.held("steward", root=True)
    for word in ("contacts", "members", "secrets", "ledger", "staff", "roles", "sites", "channels"):
        assert not [one for one in steward if one.startswith(f"{word}.")]
    assert "orders.refund" not in steward


@pytest.mark.parametrize(
    ("role", "root"),
    [("operator", False), ("agent", True), ("agent_staff", True), ("steward", True), ("", True)],
)
def test_some_roles_are_not_for_every_site(role: str, root: bool) -> None:
    with pytest.raises(RoleNotHere):
        rules.check_place(role, root=root)


@pytest.mark.parametrize("name", ["", "  ", "x" * 31, "a\x00b", "Operator", "own-3", "​"])
def test_a_role_has_a_name_of_its_own(name: str) -> None:
    with pytest.raises(BadRoleName):
        rules.check_name(name)


def test_a_permission_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NoSuchPermission):
        rules.with_what_they_need(["secrets.steal"])
