"""Uploaded pictures made harmless: opened, shrunk and written anew, so nothing else comes along."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from kameng.kit.errors import Refusal

LARGEST_FILE = 4 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1_400
TYPE = "image/jpeg"
_FORMATS = ("PNG", "JPEG", "WEBP")


class BadPicture(Refusal):
    """The file is no PNG, JPEG or WebP picture, or too large. Facts: most (MB)."""

    code = "bad_picture"


def clean(raw: bytes) -> bytes:
    """The picture as a new JPEG of at most LONGEST_SIDE pixels, without whatever else was in the
    file (places, names, trailing bytes). Refuses BadPicture."""
    if not raw or len(raw) > LARGEST_FILE:
        raise BadPicture(most=LARGEST_FILE // 1024 // 1024)
    try:
        return _written(raw)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, MemoryError):
        raise BadPicture(most=LARGEST_FILE // 1024 // 1024) from None
    except Image.DecompressionBombError:
        raise BadPicture(most=LARGEST_FILE // 1024 // 1024) from None


def _written(raw: bytes) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(raw), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=88)
    return out.getvalue()
