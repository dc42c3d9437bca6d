"""What every process is told, and the sentences a person gets when something is in the way."""

from __future__ import annotations

import dataclasses
import socket
from typing import TYPE_CHECKING

import pytest
from redis.exceptions import ConnectionError as NoValkey
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from kameng.faces.worker import processes, refused, running, servers, setting_up

if TYPE_CHECKING:
    from pathlib import Path

    from kameng.config import Settings


def _surroundings(home: Path, **given: str) -> dict[str, str]:
    return running.surroundings({"KAMENG_HOME": str(home), "PATH": "/usr/bin:/bin", **given})


def test_first_start_needs_nothing_from_outside(tmp_path: Path) -> None:
    env = running.surroundings({"KAMENG_HOME": str(tmp_path)})
    assert (env["PORT"], env["KAMENG_ENV"]) == ("8000", "development")
    assert env["STRIPE_API_BASE"].startswith("http://127.0.0.1:")


def test_production_takes_no_sample(settings: Settings) -> None:
    """Its accounts share one password that a start prints."""
    chosen = dataclasses.replace(settings, env="production")
    with pytest.raises(refused.StartRefused):
        setting_up.load_sample(chosen, "x")


def test_stripe_key_leaves_the_stand_in_out(tmp_path: Path) -> None:
    assert "STRIPE_API_BASE" not in _surroundings(tmp_path, STRIPE_SECRET_KEY="sk_test_1")


def test_empty_port_means_the_usual_one(tmp_path: Path) -> None:
    assert _surroundings(tmp_path, PORT="")["PORT"] == "8000"


@pytest.mark.parametrize("port", ["0", "http", "70000", "-1", "８０"])
def test_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(refused.StartRefused, match="PORT must be a number"):
        _surroundings(tmp_path, PORT=port)


def test_busy_port_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(refused.StartRefused, match=f"Port {port} is taken .* make run"):
            running.run({"KAMENG_HOME": str(tmp_path), "PORT": str(port)})
    assert not (tmp_path / "postgres").exists()


def test_web_stands_first_in_the_procfile() -> None:
    names = list(processes.commands(running.ROOT / "Procfile"))
    assert names == ["web", "worker", "relay", "clock"]


def test_unreachable_database_is_a_sentence_without_its_password() -> None:
    url = "postgresql://admin:hush@127.0.0.1:1/shop"
    engine = create_engine(url.replace("://", "+psycopg://"))
    with pytest.raises(OperationalError) as caught, engine.connect() as line:
        line.execute(text("SELECT 1"))
    said = refused.sentence(caught.value, database_url=url)
    assert said.startswith("The database at 127.0.0.1:1/shop said: ")
    assert "hush" not in said


def test_unreachable_valkey_is_a_sentence_without_its_password() -> None:
    said = refused.sentence(NoValkey("refused"), redis_url="redis://:hush@127.0.0.1:1/0")
    assert said == "Valkey at 127.0.0.1:1/0 does not answer: refused"


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
@pytest.mark.parametrize("url", ["nonsense", "mysql://host/shop", "postgresql:///shop"])
def test_address_that_is_none_is_refused(tmp_path: Path, name: str, url: str) -> None:
    env = _surroundings(tmp_path, **{name: url})
    with (
        pytest.raises(refused.StartRefused, match=f"{name} must be an address like"),
        servers.standing(env, tmp_path),
    ):
        pass
    assert not (tmp_path / "postgres").exists()


def test_given_valkey_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    env = _surroundings(tmp_path, REDIS_URL="redis://127.0.0.1:1/0")
    with pytest.raises(NoValkey), servers.standing(env, tmp_path):
        pass
    assert not (tmp_path / "postgres").exists()
