"""What refusals about the site's money say to a person; refusals.py holds the rest."""

from typing import Any

from flask_babel import lazy_gettext as _

MONEY: dict[str, Any] = {
    "bad_cycle": _(
        "Choose daily, weekly or monthly settlement and a delay of 1 to %(most)s days. Nothing was"
        " saved."
    ),
    "not_the_master": _("Only the master site settles. Nothing was moved."),
    "day_to_come": _("%(day)s has not come yet. Nothing was settled."),
    "no_such_settlement": _("There is no such settlement here."),
    "margin_does_not_add_up": _(
        "What this site earned does not agree with its items. Nothing was settled: prove the books."
    ),
    "bad_legal_name": _(
        "Write the full name of the person or company as on its papers, 2 to %(most)s signs."
        " Nothing was saved."
    ),
    "bad_id_number": _(
        "This number cannot be right: its length or its check digit does not fit. Compare it with"
        " the papers. Nothing was saved."
    ),
    "bad_payee_reason": _(
        "Say in %(least)s to %(most)s signs why, so that the other side can put it right. Nothing"
        " was decided."
    ),
    "master_needs_no_payee": _("The master site holds the money itself and is paid by nobody."),
    "payee_missing": _("Say first who is paid: the person or company behind this site."),
    "payee_not_verified": _(
        "The payee has not been verified yet, or was changed since. Nothing was moved."
    ),
    "payee_unchanged": _("Exactly this payee has been verified already. Nothing was changed."),
    "payee_moved": _(
        "This payee was decided or changed meanwhile. Look again; nothing was changed by you."
    ),
    "no_such_payee": _("This site has sent no payee."),
    "bad_payout_account": _(
        "Something in this account is missing or cannot be right. Look at the marked field; nothing"
        " was saved."
    ),
    "too_many_payout_accounts": _(
        "%(most)s accounts are bound already. Remove one first; nothing was saved."
    ),
    "payout_account_there": _("This account is bound already. Nothing was saved."),
    "no_such_payout_account": _("There is no such account any more."),
    "payout_account_moved": _(
        "This account was decided or removed meanwhile. Look again; nothing was changed by you."
    ),
    "payout_account_not_verified": _(
        "This account has not been verified yet, or the payee was changed since. Nothing was moved."
    ),
    "bad_picture": _(
        "Choose a picture (PNG, JPEG or WebP) of at most %(most)s MB. Nothing was saved."
    ),
}
