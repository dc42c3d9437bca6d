"""The keys of a deployment: made once, kept private, never half written."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from kameng.config import BadSettings, Settings
from kameng.faces.worker import keys
from kameng.faces.worker.refused import StartRefused

if TYPE_CHECKING:
    from pathlib import Path


def test_keys_are_made_once_and_found_again(tmp_path: Path) -> None:
    first = keys.kept(tmp_path / "home")
    assert keys.kept(tmp_path / "home") == first
    assert stat.S_IMODE((tmp_path / "home/keys.env").stat().st_mode) == 0o600


def test_two_deployments_never_share_a_key(tmp_path: Path) -> None:
    one, other = keys.kept(tmp_path / "one"), keys.kept(tmp_path / "other")
    assert not set(one.values()) & set(other.values())


PRODUCTION = {
    "KAMENG_ENV": "production",
    "DATABASE_URL": "postgresql://somebody@127.0.0.1/shop",
    "REDIS_URL": "redis://127.0.0.1/0",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
}


def test_generated_keys_are_strong_enough_for_production(tmp_path: Path) -> None:
    assert Settings.load(keys.completed(PRODUCTION, tmp_path)).env == "production"


@pytest.mark.parametrize("key", ["", "sk_test_x", "rk_test_x"])
def test_production_takes_no_test_payments(tmp_path: Path, key: str) -> None:
    made = keys.completed(PRODUCTION, tmp_path) | {"STRIPE_SECRET_KEY": key}
    with pytest.raises(BadSettings, match="takes no test payments"):
        Settings.load(made)
    assert Settings.load(made | {"KAMENG_ENV": "development"}).test_payments


def test_key_from_outside_wins_over_the_kept_one(tmp_path: Path) -> None:
    keys.kept(tmp_path)
    assert keys.completed({"KAMENG_SECRET_KEY": "mine"}, tmp_path)["KAMENG_SECRET_KEY"] == "mine"


def test_empty_key_from_outside_counts_as_none(tmp_path: Path) -> None:
    made = keys.kept(tmp_path)
    assert keys.completed({"KAMENG_SECRET_KEY": " "}, tmp_path) == made


def test_keys_others_may_read_are_refused(tmp_path: Path) -> None:
    keys.kept(tmp_path)
    (tmp_path / "keys.env").chmod(0o644)
    with pytest.raises(StartRefused, match="Others may read the keys"):
        keys.kept(tmp_path)


def test_draft_of_a_killed_start_is_not_taken_for_keys(tmp_path: Path) -> None:
    (tmp_path / "keys.new").write_text("KAMENG_SECRET_KEY=half")
    assert keys.kept(tmp_path)["KAMENG_SECRET_KEY"] != "half"
