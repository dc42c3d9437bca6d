"""The acts of the log by what they touch: money, prices, secrets, people, settings and the rest."""

from typing import Any

from flask_babel import lazy_gettext as _

KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "money": (
        _("Money"),
        (
            "wallet_credit",
            "deposit",
            "order.",
            "refund",
            "books.",
            "withdrawal",
            "payee.",
            "payout_account.",
            "payout_provider.",
            "earnings.",
            "settlement.",
            "topup.",
            "balance.",
            "statement.",
            "channel_fee.",
            "own_channel.",
        ),
    ),
    "prices": (_("Prices"), ("price", "level.", "terms.", "markup", "template.", "sku.cost")),
    "secrets": (_("Card secrets"), ("secret",)),
    "people": (_("Staff and permissions"), ("staff.", "role.", "key.")),
    "settings": (_("Settings"), ("site.settings", "domain.", "package.")),
    "design": (_("Design"), ("media.", "design.", "article.", "preset.", "rollout.")),
    "goods": (_("Goods"), ("catalogue.", "category.", "listing.", "product.", "sku.")),
    "members": (_("Members"), ("member.", "promoter.", "promotion.", "tier.")),
    "sites": (_("Sub-sites"), ("site.", "sites.")),
}
"""Key -> what it is called, and how the codes of its acts begin."""


def choices() -> list[tuple[str, Any]]:
    """For the filter of the page."""
    return [(key, label) for key, (label, _begins) in KINDS.items()]
