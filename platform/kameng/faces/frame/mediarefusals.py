"""What refusals about pictures say to a person."""

from typing import Any

from flask_babel import lazy_gettext as _

MEDIA: dict[str, Any] = {
    "picture_other_kind": _(
        "%(kind)s files are not taken: they can hold more than a picture. Save it as JPEG, PNG or"
        " WebP and upload that. Nothing was stored."
    ),
    "picture_too_many_pixels": _(
        "This picture has more than %(most)s million pixels, or is too long a strip. Make it"
        " smaller first; nothing was stored."
    ),
    "picture_too_many_scans": _(
        "This JPEG is stored in thousands of layers, as no camera or program does. Open it and save"
        " it anew as JPEG or PNG; nothing was stored."
    ),
    "uploads_too_many": _(
        "Too many pictures at once: in %(minutes)s minutes a person may send %(person)s, a site"
        " %(site)s. Wait a little, then go on; this one was not stored."
    ),
    "bad_crop": _(
        "The part must lie inside the picture of %(width)s × %(height)s pixels and be at least"
        " 16 pixels each way. Nothing was stored."
    ),
    "media_missing": _("There is no such picture on this site, or it was removed for good."),
    "storage_full": _(
        "Storage full: a site keeps %(count)s pictures of %(most)s MB altogether. Delete some and"
        " empty the bin first; nothing was stored."
    ),
    "bad_media_name": _(
        "A picture needs a name of at most %(longest)s signs; what it shows may take"
        " %(longest_alt)s. Nothing was saved."
    ),
    "media_in_use": _(
        "This picture is shown: %(places)s. Nothing was deleted; say that you want it all the same."
    ),
}
