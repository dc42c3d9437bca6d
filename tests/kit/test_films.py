"""What is made of an uploaded film, and what is refused by name before it can do any harm."""

from __future__ import annotations

import ctypes
import io
import os
import socket
import struct
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from kameng.kit import films
from kameng.kit.errors import Refusal
from kameng.kit.films import Film
from tests.support.films import box, film
from tests.support.media import file_of, photo

SECRETS = {"title": "SECRET-TITLE", "comment": "SECRET-HOME", "artist": "SECRET-NAME"}


@pytest.fixture(scope="module")
def raw() -> bytes:
    return film(texts=SECRETS)


@pytest.fixture(scope="module")
def made(raw: bytes) -> Film:
    return films.ready(raw)


def opened(body: bytes) -> Any:
    return av.open(io.BytesIO(body))


def parts(packet: bytes) -> list[bytes]:
    """The parts of an H.264 picture as an MP4 holds them, each behind its length."""
    found = []
    while packet:
        end = 4 + struct.unpack(">I", packet[:4])[0]
        found.append(packet[4:end])
        packet = packet[end:]
    return found


def seen_of(packet: bytes) -> list[bytes]:
    """Those of them one sees."""
    return [one for one in parts(packet) if one[0] & 31 in (1, 5)]


def refused(raw: bytes) -> str:
    with pytest.raises(Refusal) as said:
        films.ready(raw)
    return said.value.code


def test_a_film_is_written_anew_and_keeps_its_picture_and_sound(raw: bytes, made: Film) -> None:
    assert (made.kind, made.width, made.height, made.sound) == ("mp4", 160, 96, True)
    assert 900 <= made.ms <= 1100
    with opened(made.body) as film_, opened(raw) as sent:
        assert [one.codec_context.name for one in film_.streams] == ["h264", "aac"]
        ours, theirs = (
            [seen_of(bytes(one)) for one in each.demux(video=0) if one.size]
            for each in (film_, sent)
        )
        assert ours == theirs


def test_names_and_places_in_a_film_are_forgotten(raw: bytes, made: Film) -> None:
    assert b"SECRET" in raw
    assert b"SECRET" not in made.body


def test_what_a_camera_writes_between_the_pictures_is_forgotten_too(raw: bytes, made: Film) -> None:
    """Cars and some phones write there, picture by picture, where they are. The encoder of the
    tests says there who it is."""
    assert b"x264 - core" in raw
    assert b"x264" not in made.body
    with opened(made.body) as again:
        kinds = {one[0] & 31 for packet in again.demux(video=0) for one in parts(bytes(packet))}
    assert kinds <= {1, 5, 7, 8, 9}


def test_what_stands_beside_the_pictures_of_a_webm_is_forgotten() -> None:
    """Anything can: here a second picture that says what is clear."""
    raw = film("webm", "libvpx-vp9", None, size=(64, 48), pixels="yuva420p")
    beside = "matroska_block_additional"
    with opened(raw) as sent, opened(films.ready(raw).body) as again:
        assert any(one.has_sidedata(beside) for one in sent.demux(video=0))
        assert not any(one.has_sidedata(beside) for one in again.demux(video=0))


def test_a_player_can_begin_before_all_of_it_is_there(made: Film) -> None:
    assert made.body.index(b"moov") < made.body.index(b"mdat")


def test_its_still_shows_something_and_comes_in_the_widths_of_pictures(made: Film) -> None:
    """The film begins in black."""
    still = Image.open(io.BytesIO(made.picture.bodies[-1][1]))
    assert (still.format, still.size) == ("WEBP", (160, 96))
    assert max(high for _, high in still.convert("RGB").getextrema()) > 100


def test_a_film_a_phone_took_upright_stands_upright() -> None:
    made = films.ready(film("mov", turned=-90, sound=None))
    assert (made.kind, made.width, made.height) == ("mp4", 96, 160)
    assert (made.picture.width, made.picture.height) == (96, 160)
    with opened(made.body) as again:
        assert abs(next(again.decode(video=0)).rotation) == 90


def test_a_webm_stays_a_webm_and_loses_what_else_was_in_it() -> None:
    made = films.ready(film("webm", "libvpx-vp9", "libopus", size=(64, 48), texts=SECRETS))
    assert (made.kind, made.sound) == ("webm", True)
    assert b"SECRET" not in made.body


def test_a_silent_film_and_one_of_another_container_are_taken() -> None:
    made = films.ready(film("matroska", sound=None))
    assert (made.kind, made.sound) == ("mp4", False)


def test_a_film_whose_pictures_come_in_another_order_loses_none_of_them() -> None:
    """As screens are recorded: the first picture, on which all others stand, was left out, and
    shoppers saw black."""
    raw = film("matroska", sound=None, seconds=3, order="3")
    with opened(raw) as sent, opened(films.ready(raw).body) as again:
        theirs, ours = (
            [one.to_image().tobytes() for one in each.decode(video=0)] for each in (sent, again)
        )
    assert len(ours) == 30
    assert ours == theirs


def test_only_one_picture_and_one_sound_are_kept() -> None:
    made = films.ready(film(pictures=3))
    with opened(made.body) as again:
        assert [one.type for one in again.streams] == ["video", "audio"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: film("webm", "libvpx", None, size=(64, 48)), "film_codec"),
        (lambda: film(pixels="yuv444p", sound=None), "film_profile"),
        (lambda: film(pixels="yuv420p10le", sound=None), "film_profile"),
        (lambda: film("matroska", sound="libopus"), "film_sound"),
        (lambda: film(size=(1984, 64), seconds=0.2, sound=None), "film_too_big"),
        (lambda: film(size=(16, 16), sound=None), "film_too_small"),
        (lambda: film(size=(32, 32), seconds=95, rate=1, sound=None), "film_too_long"),
        (lambda: film("mp4", "mpeg4", None), "film_codec"),
    ],
)
def test_what_browsers_do_not_play_is_refused_by_name(make: Any, code: str) -> None:
    assert refused(make()) == code


@pytest.mark.parametrize(
    "raw",
    [b"", b"<svg onload=alert(1)>", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", b"GIF89a" * 20,
     b"%PDF-1.7", b"RIFF\0\0\0\0AVI LIST", file_of(photo(64, 48)), b"\0" * 4096,
     b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc"],
)  # fmt: skip
def test_what_is_no_film_is_refused_before_anything_is_opened(
    raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(films.subprocess, "run", pytest.fail)
    assert refused(raw) == "film_other_kind"


def test_a_file_that_is_too_large_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films.subprocess, "run", pytest.fail)
    monkeypatch.setattr(films, "LARGEST_UPLOAD", 10)
    assert refused(b"\0\0\0\x18ftypisom") == "film_too_large"


def test_a_list_of_other_files_in_a_films_coat_leads_to_none_of_them(tmp_path: Path) -> None:
    """The container is read as what its first bytes say; nothing in it is an address."""
    other = tmp_path / "other.mp4"
    other.write_bytes(film(sound=None))
    told = f"\nffconcat version 1.0\nfile {other}\n".encode()
    assert refused(b"\0\0\0\x18ftypisom" + b"\0" * 12 + told) == "film_broken"
    assert refused(b"\x1a\x45\xdf\xa3" + told) == "film_broken"


def cut(raw: bytes) -> bytes:
    return raw[: len(raw) * 2 // 3]


def told_of(raw: bytes, name: bytes, at: int) -> bytes:
    """The film with a huge number in one of its tables."""
    place = raw.index(name) + 4 + at
    return raw[:place] + b"\x7f\xff\xff\xff" + raw[place + 4 :]


def tracks(raw: bytes) -> bytes:
    """The film with three thousand more tracks."""
    at = raw.index(b"moov") - 4
    size = struct.unpack(">I", raw[at : at + 4])[0]
    moov = raw[at + 8 : at + size]
    first = moov.index(b"trak") - 4
    trak = moov[first : first + struct.unpack(">I", moov[first : first + 4])[0]]
    return raw[:at] + box(b"moov", moov, trak * 3000)


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (cut, {"film_broken"}),
        (tracks, {"film_too_much"}),
        (lambda raw: told_of(raw, b"stsz", 8), {"film_broken"}),
        (lambda raw: told_of(raw, b"stts", 4), {"film_too_much", "film_broken"}),
        (lambda raw: raw[:32] + b"\0" * 50_000, {"film_broken"}),
    ],
)
def test_a_damaged_film_or_a_bomb_is_refused(raw: bytes, spoil: Any, codes: set[str]) -> None:
    assert refused(spoil(raw)) in codes


def test_a_film_that_takes_too_long_is_stopped(
    raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever makes the decoders run for ever, or fall, has one refusal for it."""
    for text, code in (
        ("while True: pass", "film_too_much"),
        ("import os; os.kill(os.getpid(), 11)", "film_too_much"),
        ("raise SystemExit(3)", "film_broken"),
    ):
        program = tmp_path / "program.py"
        program.write_text(text)
        monkeypatch.setattr(films, "_PROGRAM", program)
        monkeypatch.setattr(films, "PATIENCE", 1.0)
        assert refused(raw) == code


def test_nothing_is_left_on_the_disk(raw: bytes, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(films.tempfile, "tempdir", str(tmp_path))
    films.ready(raw)
    assert refused(cut(raw)) == "film_broken"
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_thrown_away_by_the_next_film(
    raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty megabytes for each restart in the middle of an upload."""
    monkeypatch.setattr(films.tempfile, "tempdir", str(tmp_path))
    for name, age in (("kameng-film-old", 700), ("kameng-film-new", 1), ("others", 9000)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "in").write_bytes(b"x")
        at = time.time() - age
        os.utime(tmp_path / name, (at, at))
    films.ready(raw)
    assert {one.name for one in tmp_path.iterdir()} == {"kameng-film-new", "others"}


def test_a_second_film_waits_a_while_and_is_told_so(
    raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(films, "QUEUE", 0.05)
    with films._at_a_time:
        assert refused(raw) == "films_busy"
    assert films.ready(raw)


def test_few_wait_with_their_bytes_and_the_next_is_told_at_once(
    raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty films of 30 MB that one site sends at once were half a gigabyte and twenty threads."""
    monkeypatch.setattr(films, "QUEUE", 20)
    with films._at_a_time, ThreadPoolExecutor(films.AT_MOST) as hall:
        waiting = [hall.submit(films.ready, raw) for _ in range(films.AT_MOST)]
        wait(waiting, 0.5)
        begun = time.monotonic()
        assert refused(raw) == "films_busy"
        assert time.monotonic() - begun < 1
        films._at_a_time.release()
        try:
            assert all(one.result() for one in waiting)
        finally:
            films._at_a_time.acquire()


def test_the_program_starts_no_other_and_opens_little(
    raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever took over a decoder finds nothing to go on with."""
    real, program = films._PROGRAM.read_text("utf-8"), tmp_path / "program.py"
    bound = real.replace("return _rewritten(most)", "return _tried()")
    tried = (
        "def _tried():\n"
        "    said = {'nice': os.nice(0), 'files': 0}\n"
        "    try:\n"
        "        while True: os.dup(1); said['files'] += 1\n"
        "    except OSError: pass\n"
        "    limit = resource.getrlimit(resource.RLIMIT_NPROC)\n"
        "    return {**said, 'programs': limit}\n\n\n"
        "if __name__"
    )
    program.write_text(bound.replace("if __name__", tried, 1), "utf-8")
    monkeypatch.setattr(films, "_PROGRAM", program)
    said = films._said(tmp_path, "mp4")
    assert said["files"] < 32
    assert said["programs"] == [0, 0]
    assert said["nice"] >= 5


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become nobody; whoever else runs it is")
def test_it_is_written_anew_where_no_thread_may_be_started(
    raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit holds for everybody but the administrator, who may run the tests."""
    program = tmp_path / "program.py"
    drop = "    Image.init(); os.chmod('.', 0o777); os.setgid(65534); os.setuid(65534)\n"
    real = films._PROGRAM.read_text("utf-8")
    program.write_text(real.replace("    _bind(most)\n", f"{drop}    _bind(most)\n", 1), "utf-8")
    monkeypatch.setattr(films, "_PROGRAM", program)
    assert films.ready(raw).sound


REACHED = """def _tried():
    import socket
    found = []
    def reach(what, way):
        try:
            way()
        except OSError:
            return
        found.append(what)
    parent = os.getppid()
    reach("secrets", lambda: open(f"/proc/{parent}/environ").read(1))
    reach("files", lambda: open("/etc/passwd").read(1))
    reach("folders", lambda: os.listdir("/"))
    reach("writing", lambda: open("../written", "w"))
    reach("addresses", lambda: socket.create_connection(("127.0.0.1", PORT), 1))
    reach("programs", lambda: os.execv("/bin/true", ["true"]))
    open("out", "w").write("here")
    return {"found": found}


if __name__"""


def test_the_program_reaches_nothing_outside_its_folder(
    raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that starts it knows the database's administrator and every key."""
    if not sys.platform.startswith("linux") or _landlock() < 4:
        pytest.skip("a system without Landlock")
    folder, program = tmp_path / "film", tmp_path / "program.py"
    folder.mkdir()
    real = films._PROGRAM.read_text("utf-8").replace("return _rewritten(most)", "return _tried()")
    with socket.create_server(("127.0.0.1", 0)) as door:
        tried = REACHED.replace("PORT", str(door.getsockname()[1]))
        program.write_text(real.replace("if __name__", tried, 1), "utf-8")
        monkeypatch.setattr(films, "_PROGRAM", program)
        assert films._said(folder, "mp4") == {"found": []}
    assert (folder / "out").read_text() == "here"


def _landlock() -> int:
    return int(ctypes.CDLL(None).syscall(444, None, 0, 1))
