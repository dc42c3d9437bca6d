"""What refusals about articles, own pages and filing numbers say to a person."""

from typing import Any

from flask_babel import lazy_gettext as _

WRITING: dict[str, Any] = {
    "no_such_article": _("This article does not exist here, or no longer."),
    "article_moved": _(
        "Somebody changed this article meanwhile. Open it again and make your change once more."
    ),
    "article_address_taken": _("Another article has the address “%(slug)s”. Choose another one."),
    "article_address_bad": _(
        "An address has small letters, digits and hyphens only, e.g. how-to-redeem."
    ),
    "article_bad": _(
        "The title is missing, or a text is too long (at most %(longest)s characters)."
    ),
    "article_too_many": _("A site holds %(most)s articles. Delete some first."),
    "bad_design": _(
        "Something in the design does not fit the theme (%(where)s). Nothing was saved."
    ),
    "page_address_taken": _("Another page has the address “%(slug)s”. Nothing was saved."),
    "bad_filing": _(
        "This is not a filing number. They look like 粤ICP备2026000001号-1 and"
        " 粤公网安备44010002000001号. Nothing was saved."
    ),
}
