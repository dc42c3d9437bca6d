"""A program of its own: opens one uploaded film and writes its picture and sound anew.

Called as `rewriting.py <limits as JSON>` in a folder that holds `in`; leaves `out` and
`poster.png` there and says one line of JSON. Whatever the bytes do to the decoders, they do it
here: this process has a bounded share of time, memory and disk, and its end is only one refused
upload. It imports nothing of ours: it is started by its path, cut off from the environment.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any

import av
from PIL import Image, ImageStat

DEMUXERS = {"mp4": "mov", "webm": "matroska"}
PAIRS = {"h264": ("mp4", "aac"), "vp9": ("webm", "opus")}
"""The picture a film may have -> how it is written, and the sound that goes with it."""
PROFILES = ("Baseline", "Constrained Baseline", "Main", "High", "Progressive High", "Profile 0")
PIXELS = ("yuv420p", "yuvj420p")
"""What every browser draws: 8 bit, 4:2:0."""
SEEN_SECONDS, SEEN_FRAMES = 3.0, 90
"""How much of the beginning is decoded to find a picture that shows something."""
LOOK = 0.4
"""Seconds between two of its pictures that are compared."""
LIVELY = 28.0
"""How far a picture's shades spread that shows something; a black one has 0."""
POSTER_SIDE = 1600
LAG = Fraction(1, 2)
SEEN_PARTS = "1-5|7-11|13|15|19"
"""The kinds of H.264 parts that make the picture. Messages beside it (kind 6) are where cameras of
cars write where they are, and kinds without a meaning could hold anything."""
_CREATE, _ADD, _RESTRICT, _NO_NEW_RIGHTS = 444, 445, 446, 38
_READ = 0b1100
"""Landlock's calls, the same on every kind of machine, the one it wants before, and its right to
read files and folders."""
EARLY = 32
"""Pictures that may come before one whose time is known; H.264 keeps 16 at most."""
FILES = 32
"""What it may have open at a time; it needs three."""
PATIENT = 5
"""How far shops go first on a processor that has more to do than it can."""


class Refused(Exception):
    """Named, with facts; the kit makes its own refusal of it."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.said = {"refused": code, "facts": facts}


def main(told: str) -> dict[str, Any]:
    """What was made, or the name of what is wrong."""
    most = json.loads(told)
    _bind(most)
    _shut_in()
    try:
        return _rewritten(most)
    except Refused as refused:
        return refused.said
    except (MemoryError, RecursionError):
        return Refused("film_too_much").said
    except (av.error.FFmpegError, OSError, ValueError, TypeError, ArithmeticError, LookupError):
        return Refused("film_broken").said


def _bind(most: dict[str, Any]) -> None:
    """No more memory, time or disk than this from here on, no program of its own, and behind
    everybody who waits for a page."""
    os.nice(PATIENT)
    wanted = {
        resource.RLIMIT_AS: most["memory"],
        resource.RLIMIT_CPU: most["work"],
        resource.RLIMIT_FSIZE: most["bytes"] * 2,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: FILES,
        resource.RLIMIT_NPROC: 0,
    }
    for kind, value in wanted.items():
        try:
            resource.setrlimit(kind, (value, value))
        except (OSError, ValueError):  # pragma: no cover - a system without this limit
            continue


def _shut_in() -> None:
    """From here on no file outside this folder but Python's own to read, no address and nobody
    else's process, where the system knows Landlock (Linux 5.13, more of it later): the process
    that started this one knows every secret there is, and who takes over a decoder must not."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    known = libc.syscall(_CREATE, None, 0, 1)
    if known < 1:
        return
    files = (1 << (13 + (known >= 2) + (known >= 3) + (known >= 5))) - 1
    handled = struct.pack("=QQQ", files, 3, 3)[: 24 if known >= 6 else 16 if known >= 4 else 8]
    rules = libc.syscall(_CREATE, handled, len(handled), 0)
    for folder, may in {sys.prefix: _READ, sys.base_prefix: _READ, ".": files}.items():
        with suppress(OSError):
            there = os.open(folder, os.O_PATH)
            libc.syscall(_ADD, rules, 1, struct.pack("=Qi", may, there), 0)
            os.close(there)
    libc.prctl(_NO_NEW_RIGHTS, 1, 0, 0, 0)
    if libc.syscall(_RESTRICT, rules, 0):
        raise OSError(ctypes.get_errno(), "Landlock is there and does not hold")
    os.close(rules)


def _rewritten(most: dict[str, Any]) -> dict[str, Any]:
    with open("in", "rb") as source, _opened(source, most) as film:
        picture = _picture(film, most)
        kind, beside = PAIRS[picture.codec_context.name]
        sound = _sound(film, beside)
        turn = _poster(film, picture, most)
        film.seek(0)
        length = _copied(film, kind, picture, sound, turn, most)
        width, height = _seen(picture, turn)
    return {"kind": kind, "ms": round(length * 1000), "width": width, "height": height,
            "sound": sound is not None}  # fmt: skip


def _opened(source: Any, most: dict[str, Any]) -> Any:
    """The container, read as what its first bytes say and nothing else: no playlist, no address.
    While it is probed only the decoders of our four kinds may run."""
    options = {
        "codec_whitelist": "h264,aac,vp9,libvpx-vp9,opus,libopus",
        "protocol_whitelist": "none",
        "max_streams": str(most["streams"]),
        "max_pixels": str(most["side"] ** 2),
        "probesize": "4000000",
        "analyzeduration": "4000000",
        "threads": "1",
    }
    return av.open(source, "r", format=DEMUXERS[most["container"]], options=options)


def _picture(film: Any, most: dict[str, Any]) -> Any:
    """The moving picture that is kept. Refuses what browsers do not play everywhere."""
    if len(film.streams) >= most["streams"]:
        raise Refused("film_too_much")
    real = [one for one in film.streams.video if not _is_cover(one)]
    if not real:
        raise Refused("film_without_picture")
    known = [one for one in real if one.codec_context and one.codec_context.name in PAIRS]
    if not known:
        raise Refused("film_codec", codec=_name(real[0]))
    _check_size(known[0].codec_context, most)
    return known[0]


def _is_cover(stream: Any) -> bool:
    """Whether it is a still that some programs put beside a film or a song."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _check_size(context: Any, most: dict[str, Any]) -> None:
    if not context.width or not context.height or not context.pix_fmt:
        raise Refused("film_broken")
    if max(context.width, context.height) > most["side"]:
        raise Refused("film_too_big", width=context.width, height=context.height)
    if min(context.width, context.height) < most["least"]:
        raise Refused("film_too_small")
    if context.pix_fmt not in PIXELS or str(context.profile) not in PROFILES:
        raise Refused("film_profile", profile=f"{context.profile} {context.pix_fmt}")


def _sound(film: Any, beside: str) -> Any:
    """The sound that is kept, or None for a silent film. Refuses what cannot stand with it."""
    named = [one for one in film.streams.audio if one.codec_context]
    fitting = [one for one in named if one.codec_context.name.removeprefix("lib") == beside]
    if film.streams.audio and not fitting:
        raise Refused("film_sound", codec=_name(film.streams.audio[0]))
    return fitting[0] if fitting else None


def _name(stream: Any) -> str:
    context = stream.codec_context
    return str(context.name).upper()[:20] if context else "?"


def _poster(film: Any, picture: Any, most: dict[str, Any]) -> int:
    """Leave a still of the beginning that shows something; by how much the film is turned."""
    picture.codec_context.thread_count, best, turn, due = 1, (-1.0, None), 0, 0.0
    for count, frame in enumerate(film.decode(picture)):
        if max(frame.width, frame.height) > most["side"]:
            raise Refused("film_too_big", width=frame.width, height=frame.height)
        at = float(frame.time or 0)
        if at >= due or count == SEEN_FRAMES:
            still, turn, due = frame.to_image(threads=1), frame.rotation, at + LOOK
            spread = ImageStat.Stat(still.convert("L").resize((64, 64))).stddev[0]
            best = max(best, (spread, still), key=lambda one: one[0])
        if at > SEEN_SECONDS or count == SEEN_FRAMES or (best[0] > LIVELY and at > LOOK):
            break
    if best[1] is None:
        raise Refused("film_broken")
    _save(best[1], picture, turn)
    return int(turn)


def _save(still: Image.Image, picture: Any, turn: int) -> None:
    """As one sees it: pixels square, upright."""
    shape = picture.sample_aspect_ratio or Fraction(1)
    if Fraction(1, 4) < shape < 4 and shape != 1:
        still = still.resize((max(1, round(still.width * shape)), still.height))
    still = still.rotate(turn, expand=True) if turn else still
    still.thumbnail((POSTER_SIDE, POSTER_SIDE))
    still.save("poster.png")


def _seen(picture: Any, turn: int) -> tuple[int, int]:
    """Width and height as one sees it."""
    shape = picture.sample_aspect_ratio or Fraction(1)
    stretch = shape if Fraction(1, 4) < shape < 4 else Fraction(1)
    size = max(1, round(picture.codec_context.width * stretch)), picture.codec_context.height
    return size[::-1] if turn % 180 else size


def _copied(film: Any, kind: str, picture: Any, sound: Any, turn: int, most: Any) -> float:
    """Write both streams into a new container of our own; the film's length in seconds."""
    options = {"fflags": "+bitexact", "movflags": "+faststart"} if kind == "mp4" else {
        "fflags": "+bitexact", "cues_to_front": "1"}  # fmt: skip
    with av.open("out", "w", format=kind, options=options) as new:
        made = {picture.index: new.add_stream_from_template(picture)}
        only = _only_seen(picture, made[picture.index])
        if sound is not None:
            made[sound.index] = new.add_stream_from_template(sound)
        if turn:
            made[picture.index].set_display_rotation(turn)
        count = _Count(picture, most)
        for packet in _timed(film.demux([one for one in (picture, sound) if one is not None])):
            count.see(packet)
            base, home = packet.time_base, made[packet.stream.index]
            for kept in only.filter(packet) if packet.stream.index == picture.index else [packet]:
                new.mux(_bare(kept, base, home))
    count.check(film)
    return count.length


def _timed(packets: Iterable[Any]) -> Iterator[Any]:
    """Each packet with the time it is decoded at. Matroska says when one is seen; where pictures
    are seen in another order than they come in, those before the first that can be told wait for
    it, the one all others build on among them."""
    early: dict[int, list[Any]] = {}
    for packet in packets:
        if not packet.size:
            continue
        waiting = early.setdefault(packet.stream.index, [])
        if packet.dts is None:
            waiting.append(packet)
            if len(waiting) > EARLY:
                raise Refused("film_broken")
            continue
        for before, one in zip(range(len(waiting), 0, -1), waiting, strict=True):
            one.dts = packet.dts - before * (packet.duration or 1)
        yield from waiting
        waiting.clear()
        yield packet
    if any(early.values()):
        raise Refused("film_broken")


class _All:
    """Of VP9 everything is picture."""

    def filter(self, packet: Any) -> list[Any]:
        return [packet]


def _only_seen(picture: Any, home: Any) -> Any:
    """What lets through of a packet what one sees, bit for bit, and nothing that was put beside; it
    tells the new stream how."""
    if picture.codec_context.name != "h264":
        return _All()
    return av.BitStreamFilterContext(f"filter_units=pass_types={SEEN_PARTS}", picture, home)


def _bare(packet: Any, base: Fraction, home: Any) -> Any:
    """The packet with its times and nothing that its container put beside it."""
    bare = av.Packet(bytes(packet))
    bare.pts, bare.dts, bare.duration = packet.pts, packet.dts, packet.duration
    bare.time_base, bare.is_keyframe = base, packet.is_keyframe
    bare.stream = home
    return bare


class _Count:
    """What has gone by, so that a film is as long as it really is and not as long as it says."""

    def __init__(self, picture: Any, most: dict[str, Any]) -> None:
        self.picture, self.most = picture, most
        self.frames = self.packets = 0
        self.first: Fraction | None = None
        self.last = Fraction(0)

    def see(self, packet: Any) -> None:
        """Refuses what is too long, too many or broken, as soon as it is seen."""
        self.packets += 1
        if packet.is_corrupt:
            raise Refused("film_broken")
        if self.packets > self.most["packets"]:
            raise Refused("film_too_much")
        if packet.stream.index == self.picture.index:
            self.frames += 1
        begins = (packet.pts if packet.pts is not None else packet.dts) * packet.time_base
        self.first = begins if self.first is None else min(self.first, begins)
        self.last = max(self.last, begins + (packet.duration or 0) * packet.time_base)
        if self.length > self.most["seconds"] + LAG:
            raise Refused("film_too_long")

    @property
    def length(self) -> float:
        return float(self.last - (self.first or 0))

    def check(self, film: Any) -> None:
        """Refuses a film that ends before it said it would: the rest of the file is missing."""
        told = float(film.duration or 0) / av.time_base
        if not self.frames or (told and self.length < 0.9 * told - 1) or self.length < 0.1:
            raise Refused("film_broken")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))
