"""What refusals about pictures and films say to a person."""

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
    "films_too_many": _(
        "Too many videos at once: in %(minutes)s minutes a person may send %(person)s, a site"
        " %(site)s. Wait a little, then go on; this one was not stored."
    ),
    "films_busy": _(
        "Other videos are being worked on just now. Try again in a minute; nothing was stored."
    ),
    "film_other_kind": _(
        "This is no MP4 and no WebM video, whatever it is called. Save it as MP4 and upload that."
        " Nothing was stored."
    ),
    "film_too_large": _(
        "The video is larger than %(most)s MB. Shorten it, or save it with a lower quality;"
        " nothing was stored."
    ),
    "film_too_long": _(
        "The video is longer than %(most)s seconds. Cut it shorter; nothing was stored."
    ),
    "film_too_big": _(
        "The video has %(width)s × %(height)s pixels; %(most)s each way are enough. Save it as"
        " 1080p or 720p; nothing was stored."
    ),
    "film_too_small": _(
        "The video has fewer than %(least)s pixels each way: there is nothing to see. Nothing was"
        " stored."
    ),
    "film_without_picture": _(
        "There is no moving picture in this file, only sound or nothing. Nothing was stored."
    ),
    "film_codec": _(
        "The picture of this video is stored as %(codec)s, which many phones and browsers do not"
        " play. Save it as MP4 with H.264; nothing was stored."
    ),
    "film_profile": _(
        "This video has more colour than browsers play (%(profile)s). Save it as MP4 with H.264,"
        " 8 bit; nothing was stored."
    ),
    "film_sound": _(
        "The sound of this video is stored as %(codec)s. An MP4 needs AAC, a WebM Opus; nothing was"
        " stored."
    ),
    "film_broken": _(
        "The video cannot be read to its end: the file is damaged, or not all of it arrived. Save"
        " or send it once more; nothing was stored."
    ),
    "film_too_much": _(
        "There is more in this file than in a short video: too many tracks or pictures, or it takes"
        " too long to read. Save it anew as MP4; nothing was stored."
    ),
    "bad_crop": _(
        "The part must lie inside the picture of %(width)s × %(height)s pixels and be at least"
        " 16 pixels each way. Nothing was stored."
    ),
    "media_missing": _(
        "There is no such picture or video on this site, or it was removed for good."
    ),
    "storage_full": _(
        "Storage full: a site keeps %(count)s pictures and videos of %(most)s MB altogether. Delete"
        " some and empty the bin first; nothing was stored."
    ),
    "bad_media_name": _(
        "A picture or video needs a name of at most %(longest)s signs; what it shows may take"
        " %(longest_alt)s. Nothing was saved."
    ),
    "media_in_use": _(
        "This is shown: %(places)s. Nothing was deleted; say that you want it all the same."
    ),
}
