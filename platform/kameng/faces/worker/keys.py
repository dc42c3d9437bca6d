"""The secrets of one deployment: generated once into its home, mode 0600, never printed."""

from __future__ import annotations

import base64
import os
import secrets
import stat
from typing import TYPE_CHECKING

from kameng.faces.worker.refused import StartRefused
from kameng.kit.embedded.folder import named_errors, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SAMPLE_PASSWORD = "KAMENG_SAMPLE_PASSWORD"  # noqa: S105 - the name, not the word
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def kept(home: Path) -> dict[str, str]:
    """What `home` keeps; whatever is missing is generated and stored first."""
    with named_errors(home):
        prepare(home)
        file = home / "keys.env"
        found = _read(file) if file.exists() else {}
        missing = {name: make() for name, make in _MAKERS.items() if not found.get(name)}
        if missing:
            _write(file, found | missing)
        return found | missing


def completed(env: Mapping[str, str], home: Path) -> dict[str, str]:
    """`env` with the kept secrets wherever it names none of its own."""
    given = {name: value for name, value in env.items() if value.strip()}
    return kept(home) | given


def _read(file: Path) -> dict[str, str]:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise StartRefused(f"Others may read the keys in {file}: run chmod 600 on it.")
    lines = (line.strip().partition("=") for line in file.read_text().splitlines())
    return {name: value for name, equals, value in lines if equals}


def _write(file: Path, values: Mapping[str, str]) -> None:
    """Whole or not at all: keys lost halfway would lock every secret of the deployment away."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.writelines(f"{name}={value}\n" for name, value in values.items())
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


def _master_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _words() -> str:
    """Easy to read off a terminal, hard to guess: three groups of four."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


_MAKERS = {
    "KAMENG_SECRET_KEY": lambda: secrets.token_hex(32),
    "KAMENG_MASTER_KEY": _master_key,
    SAMPLE_PASSWORD: _words,
}
