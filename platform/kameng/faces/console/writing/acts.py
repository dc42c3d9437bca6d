"""What the acts on articles, own pages and menus are called in the audit log."""

from typing import Any

from flask_babel import lazy_gettext as _l

ACTS: dict[str, Any] = {
    "article.written": _l("Article written"),
    "article.edited": _l("Article changed"),
    "article.published": _l("Article published"),
    "article.taken_back": _l("Article taken back"),
    "article.deleted": _l("Article deleted"),
    "article.restored": _l("Article brought back"),
    "design.page": _l("Own page saved"),
    "design.page_deleted": _l("Own page deleted"),
    "design.menus": _l("Menus changed"),
    "design.site": _l("Site information changed"),
    "domain.filing": _l("Filing number changed"),
}
FIELDS: dict[str, Any] = {
    "title": _l("Title"),
    "address": _l("Address"),
    "icp": _l("ICP filing number"),
    "police": _l("Police filing number"),
}
