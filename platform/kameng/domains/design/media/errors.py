"""Named refusals of a site's pictures."""

from kameng.kit.errors import NotFound, Refusal


class MediaMissing(NotFound):
    """The site has no such picture, or it was deleted for good."""

    code = "media_missing"


class StorageFull(Refusal):
    """No room for another picture. Facts: most (MB), count (pictures)."""

    code = "storage_full"


class BadMediaName(Refusal):
    """A picture's name is empty, or its name or description too long or not plain. Facts: longest,
    longest_alt."""

    code = "bad_media_name"


class MediaInUse(Refusal):
    """The picture is shown somewhere; whoever deletes it has to say so. Facts: places."""

    code = "media_in_use"
