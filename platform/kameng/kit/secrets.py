"""Seals card secrets and other texts at rest: AES-GCM under per-tenant keys, HMAC to search.

A sealed blob is version ‖ key id (4 bytes) ‖ nonce (12 bytes) ‖ ciphertext with tag. The
associated data is the owner's tenant id and what the text is about, so a blob moved to
another row does not open (integrations.md §5).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from kameng.kit import clock
from kameng.kit.errors import Refusal
from kameng.kit.tables import DataKey
from tenants.database import session

VERSION = 1
HEAD = struct.Struct(">BI")
NONCE = 12
KEY = 32

_master: bytes | None = None
_unwrapped: dict[int, dict[int, bytes]] = {}


class SecretUnreadable(Refusal):
    """The sealed text does not open: wrong key, wrong row, or damaged."""

    code = "secret_unreadable"


def configure(master_key: bytes) -> None:
    """Set the key that wraps all data keys (32 bytes)."""
    global _master
    if len(master_key) != KEY:
        raise ValueError("the master key must have 32 bytes")
    _master = master_key
    _unwrapped.clear()


def _master_key() -> bytes:
    if _master is None:
        raise RuntimeError("kit.secrets.configure(master_key) has not been called")
    return _master


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens texts of one tenant with its loaded data keys; newest key seals."""

    tenant_id: int
    keys: dict[int, AESGCM] = field(repr=False)
    newest: int
    blind_key: bytes = field(repr=False)

    def seal(self, plain: str, about: str) -> bytes:
        """Encrypt `plain`; it opens only with the same `about`."""
        nonce = os.urandom(NONCE)
        head = HEAD.pack(VERSION, self.newest)
        sealed = self.keys[self.newest].encrypt(nonce, plain.encode(), self._bound_to(about))
        return head + nonce + sealed

    def open(self, blob: bytes, about: str) -> str:
        """Decrypt; raises SecretUnreadable."""
        blob = bytes(blob)
        start = HEAD.size + NONCE
        try:
            version, key_id = HEAD.unpack(blob[: HEAD.size])
            if version != VERSION:
                raise SecretUnreadable(about=about)
            nonce, sealed = blob[HEAD.size : start], blob[start:]
            return self.keys[key_id].decrypt(nonce, sealed, self._bound_to(about)).decode()
        except (InvalidTag, KeyError, struct.error) as error:
            raise SecretUnreadable(about=about) from error

    def blind(self, text: str, *, purpose: str = "card") -> bytes:
        """A keyed digest (HMAC-SHA256) to find equal texts without reading them."""
        return hmac.digest(self.blind_key, f"{purpose}\0{text}".encode(), "sha256")

    def _bound_to(self, about: str) -> bytes:
        return f"{self.tenant_id}:{about}".encode()


def sealer(tenant_id: int) -> Sealer:
    """The tenant's sealer; its first data key is made on first use, by the tenant itself."""
    keys = _load(tenant_id) or _first_key(tenant_id)
    return Sealer(
        tenant_id,
        {key_id: AESGCM(key) for key_id, key in keys.items()},
        max(keys),
        _derive(f"blind:{tenant_id}"),
    )


def _load(tenant_id: int) -> dict[int, bytes]:
    return _unwrapped.get(tenant_id) or _read_keys(tenant_id)


def _read_keys(tenant_id: int) -> dict[int, bytes]:
    rows = session.execute(
        select(DataKey.key_id, DataKey.wrapped).where(DataKey.tenant_id == tenant_id)
    )
    keys = {key_id: _unwrap(tenant_id, key_id, wrapped) for key_id, wrapped in rows}
    if keys:
        _unwrapped[tenant_id] = keys
    return keys


def _first_key(tenant_id: int) -> dict[int, bytes]:
    row = {
        "tenant_id": tenant_id,
        "key_id": 1,
        "wrapped": _wrap(tenant_id, 1, os.urandom(KEY)),
        "created_at": clock.now(),
    }
    session.execute(insert(DataKey).values(row).on_conflict_do_nothing())
    rows = session.execute(
        select(DataKey.key_id, DataKey.wrapped).where(DataKey.tenant_id == tenant_id)
    )
    return {key_id: _unwrap(tenant_id, key_id, wrapped) for key_id, wrapped in rows}


def _wrap(tenant_id: int, key_id: int, key: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    about = f"data-key:{tenant_id}:{key_id}".encode()
    return nonce + AESGCM(_derive("wrap")).encrypt(nonce, key, about)


def _unwrap(tenant_id: int, key_id: int, wrapped: bytes) -> bytes:
    about = f"data-key:{tenant_id}:{key_id}".encode()
    wrapped = bytes(wrapped)
    try:
        return AESGCM(_derive("wrap")).decrypt(wrapped[:NONCE], wrapped[NONCE:], about)
    except InvalidTag as error:
        raise SecretUnreadable(about=about.decode()) from error


def _derive(purpose: str) -> bytes:
    """A key for one purpose from the master key (HMAC-SHA256 as the extract-free HKDF step)."""
    return hmac.new(_master_key(), f"kameng:{purpose}".encode(), hashlib.sha256).digest()


def encrypt(tenant_id: int, plain: str, about: str) -> bytes:
    """Seal one text of the tenant."""
    return sealer(tenant_id).seal(plain, about)


def decrypt(tenant_id: int, blob: bytes, about: str) -> str:
    """Open one text of the tenant; raises SecretUnreadable."""
    return sealer(tenant_id).open(blob, about)


def blind(tenant_id: int, text: str, *, purpose: str) -> bytes:
    """A keyed digest of `text`, different for every tenant and purpose; needs no database."""
    key = _derive(f"blind:{tenant_id}")
    return hmac.digest(key, f"{purpose}\0{text}".encode(), "sha256")
