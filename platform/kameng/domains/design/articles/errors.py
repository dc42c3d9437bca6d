"""Named refusals of articles."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class NoSuchArticle(NotFound):
    """There is no such article on this site, or not for this reader."""

    code = "no_such_article"


class ArticleMoved(Conflict):
    """Somebody changed the article since it was opened."""

    code = "article_moved"


class AddressTaken(Refusal):
    """Another article has this address. Facts: slug."""

    code = "article_address_taken"


class BadAddress(Refusal):
    """Not an address of small letters, digits and hyphens."""

    code = "article_address_bad"


class BadArticle(Refusal):
    """The title is missing, or a text is too long. Facts: field, longest."""

    code = "article_bad"


class TooManyArticles(Refusal):
    """The site has as many as it may. Facts: most."""

    code = "article_too_many"
