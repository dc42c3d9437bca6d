"""The named refusals of digests."""

from kameng.kit.errors import NotFound


class NoSuchNews(NotFound):
    """This site was told no such thing."""

    code = "no_such_news"
