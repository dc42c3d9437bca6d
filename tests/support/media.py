"""Pictures in tests: a made-up photo, a file of any format, and one that a site keeps."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image, ImageFilter

from kameng.domains.design.media import service
from kameng.domains.design.media.queries import MediaFacts
from kameng.kit import clock, pictures
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant


def photo(width: int, height: int, seed: int = 1) -> Image.Image:
    """Soft shapes and some grain, as a camera sees things."""
    drawn = random.Random(seed)
    small = Image.frombytes("RGB", (24, 16), drawn.randbytes(24 * 16 * 3))
    soft = small.resize((width, height), Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (256, 256), drawn.randbytes(256 * 256)).resize((width, height))
    grain = grain.filter(ImageFilter.GaussianBlur(1.2))
    return Image.blend(soft, Image.merge("RGB", [grain] * 3), 0.12)


def file_of(picture: Image.Image, form: str = "JPEG", **how: Any) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def kept(site: Tenant, name: str = "海报", seed: int = 1) -> MediaFacts:
    """A picture that the site has uploaded, committed."""
    ready = pictures.ready(file_of(photo(1000, 600, seed)))
    with use(site):
        made = service.keep(site, ready, name=name, actor=SYSTEM, now=clock.now())
        session.commit()
    return made
