"""Films in tests: small ones of any make, and one that a site keeps."""

from __future__ import annotations

import io
import struct
from array import array
from typing import Any

import av
from PIL import Image

from kameng.domains.design.media import service
from kameng.domains.design.media.queries import MediaFacts
from kameng.kit import clock, films
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.media import photo

FAST = {
    "libx264": {"preset": "ultrafast"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
}


def film(
    form: str = "mp4",
    codec: str = "libx264",
    sound: str | None = "aac",
    *,
    size: tuple[int, int] = (160, 96),
    seconds: float = 1,
    rate: int = 10,
    pixels: str = "yuv420p",
    turned: int = 0,
    texts: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
    pictures: int = 1,
    order: str = "",
) -> bytes:
    """A moving picture with a hum, as a file; `order`: so many pictures are stored after one that
    is seen later."""
    out = io.BytesIO()
    with av.open(out, "w", format=form, options=options or {}) as new:
        new.metadata.update(texts or {})
        seen = [_picture(new, codec, size, rate, pixels, turned, order) for _ in range(pictures)]
        heard: Any = new.add_stream(sound, rate=48_000) if sound else None
        for one in seen:
            _show(new, one, photo(size[0] + 64, size[1], seed=4), int(seconds * rate))
        if heard:
            _hum(new, heard, int(seconds * 48_000 / 1024))
    return out.getvalue()


def _picture(
    new: Any,
    codec: str,
    size: tuple[int, int],
    rate: int,
    pixels: str,
    turn: int,
    order: str,
) -> Any:
    options = FAST.get(codec, {}) | ({"bf": order} if order else {})
    made = new.add_stream(codec, rate=rate, options=options)
    (made.width, made.height), made.pix_fmt = size, pixels
    if turn:
        made.set_display_rotation(turn)
    return made


def _show(new: Any, stream: Any, wide: Image.Image, frames: int) -> None:
    """Black at first, as films begin; then a picture that moves."""
    width, height = stream.width, stream.height
    for at in range(frames):
        left = at * 2 % 64
        seen = (
            wide.crop((left, 0, left + width, height)) if at else Image.new("RGB", (width, height))
        )
        frame = av.VideoFrame.from_image(seen)
        frame.pts = at
        new.mux(stream.encode(frame))
    new.mux(stream.encode(None))


def _hum(new: Any, stream: Any, pieces: int) -> None:
    wave = array("h", [1500 if at % 100 < 50 else -1500 for at in range(1024) for _ in "lr"])
    for at in range(pieces):
        frame = av.AudioFrame(format="s16", layout="stereo", samples=1024)
        frame.planes[0].update(wave.tobytes())
        frame.sample_rate, frame.pts = 48_000, at * 1024
        new.mux(stream.encode(frame))
    new.mux(stream.encode(None))


def box(name: bytes, *bodies: bytes) -> bytes:
    """A box of an MP4."""
    body = b"".join(bodies)
    return struct.pack(">I", len(body) + 8) + name + body


def kept(site: Tenant, raw: bytes, name: str = "开箱") -> MediaFacts:
    """A film that the site has uploaded, committed."""
    made = films.ready(raw)
    with use(site):
        row = service.keep(site, made, name=name, actor=SYSTEM, now=clock.now())
        session.commit()
    return row
