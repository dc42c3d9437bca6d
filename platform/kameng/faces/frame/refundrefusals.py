"""What refusals about giving delivered goods back say to a person; refusals.py holds the rest."""

from typing import Any

from flask_babel import lazy_gettext as _

REFUNDS: dict[str, Any] = {
    "nothing_to_refund": _(
        "Say what goes back: pieces of a line, or an amount. It must come to a fen at least."
        " Nothing was moved."
    ),
    "more_than_bought": _(
        "%(name)s: %(left)s pieces are left that may go back. Nothing was moved."
    ),
    "more_than_paid": _(
        "%(name)s: you asked for %(asked)s, but %(left)s of what was paid are left. Nothing was"
        " moved."
    ),
    "refund_amount_odd": _(
        "%(amount)s cannot be paid out: an amount is above zero and has two decimals at most."
        " Nothing was moved."
    ),
    "refund_window_over": _(
        "These goods could be given back until %(until)s. Who may refund later can do so with a"
        " reason. Nothing was moved."
    ),
    "refund_reason_missing": _(
        "Say in 1 to %(most)s signs why the money goes back. Nothing was moved."
    ),
    "no_balance_to_refund_to": _(
        "The buyer is a guest and has no balance: the money can only go back the way it came."
    ),
    "refund_moved": _(
        "Something of this order was given back meanwhile. Look at it again; you moved nothing."
    ),
    "refund_repeated": _(
        "This form was sent before with other lines. Open it anew; nothing more was moved."
    ),
    "order_not_held": _("This order is not held back any more. Look at where it stands now."),
    "master_releases": _(
        "If the dispute is lost, the loss is the master site's: only the master site delivers"
        " before it is decided. Nothing was moved."
    ),
    "not_yours_to_refund": _(
        "The money lies on the account of the site that sold. Only that site, or the master site,"
        " sends it back. Nothing was moved."
    ),
    "payment_disputed": _(
        "The buyer's bank is taking this payment back by itself. A refund would pay him twice:"
        " answer the dispute instead. Nothing was moved."
    ),
    "master_settles": _(
        "The money lies on the master site's payment account, so the master site says what became"
        " of it. Nothing was changed."
    ),
    "refund_days_out_of_range": _(
        "Goods can be given back for 0 to %(limit)s days; an empty field means always. Nothing was"
        " saved."
    ),
}
