"""A sealed text opens only for its tenant, its subject and its key."""

from __future__ import annotations

import pytest

from kameng.config import Settings
from kameng.kit import secrets
from tenants.context import use
from tenants.database import session
from tests.support.worlds import Alliance


def test_a_secret_opens_for_its_own_subject_only(alliance: Alliance) -> None:
    with use(alliance.hub):
        sealed = secrets.encrypt(alliance.hub.id, "卡号----密码", "card-1")
        session.commit()
        assert "密码".encode() not in sealed
        assert secrets.decrypt(alliance.hub.id, sealed, "card-1") == "卡号----密码"
        with pytest.raises(secrets.SecretUnreadable):
            secrets.decrypt(alliance.hub.id, sealed, "card-2")
        with pytest.raises(secrets.SecretUnreadable):
            secrets.decrypt(alliance.hub.id, sealed[:-1] + bytes([sealed[-1] ^ 1]), "card-1")
        with pytest.raises(secrets.SecretUnreadable):
            secrets.decrypt(alliance.hub.id, b"", "card-1")


def test_a_sub_site_opens_what_its_parent_sealed_but_not_the_other_way(alliance: Alliance) -> None:
    with use(alliance.hub):
        sealed = secrets.encrypt(alliance.hub.id, "K-1", "card-1")
        session.commit()
    with use(alliance.ada):
        assert secrets.decrypt(alliance.hub.id, sealed, "card-1") == "K-1"
        own = secrets.encrypt(alliance.ada.id, "A-1", "card-1")
        session.commit()
        with pytest.raises(secrets.SecretUnreadable):
            secrets.sealer(alliance.ada.id).open(sealed, "card-1")
    assert own != sealed


def test_equal_texts_are_found_blindly_per_tenant_and_purpose(tools: Settings) -> None:
    digest = secrets.blind(1, "K-1", purpose="card")
    assert digest == secrets.blind(1, "K-1", purpose="card")
    assert (
        len(
            {
                digest,
                secrets.blind(2, "K-1", purpose="card"),
                secrets.blind(1, "K-1", purpose="query"),
                secrets.blind(1, "K-2", purpose="card"),
            }
        )
        == 4
    )


def test_the_sealer_does_not_show_its_keys(alliance: Alliance) -> None:
    with use(alliance.hub):
        shown = repr(secrets.sealer(alliance.hub.id))
        assert shown == f"Sealer(tenant_id={alliance.hub.id}, newest=1)"
