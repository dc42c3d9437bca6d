"""What refusals about the site's money say to a person; refusals.py holds the rest."""

from typing import Any

from flask_babel import lazy_gettext as _

from kameng.faces.frame.ownrefusals import OWN
from kameng.faces.frame.payoutrefusals import PAYOUTS
from kameng.faces.frame.refundrefusals import REFUNDS

MONEY: dict[str, Any] = {
    "statement_too_long": _(
        "This month has %(count)s movements, more than the %(most)s such a file holds. Choose a"
        " single account, or take the workbook."
    ),
    "no_such_proof": _("There is no such proof of the books here."),
    "bad_cycle": _(
        "Choose daily, weekly or monthly settlement and a delay of 1 to %(most)s days. Nothing was"
        " saved."
    ),
    "bad_platform_fee": _("A platform fee is 0 to %(most)s %%. Nothing was saved."),
    "fee_is_the_masters": _("Only the master site keeps a platform fee. Nothing was saved."),
    "promotion_off": _("This shop has no promoters at the moment."),
    "bad_promotion": _(
        "Shares are 0 to 50 %%, days 1 to 90, notes 200 signs at most, and two levels are paid at"
        " most. Nothing was saved."
    ),
    "promotion_terms_missing": _("Please agree to the rules of promotion first."),
    "no_such_promoter": _("There is no such promoter here."),
    "no_such_promoted_product": _(
        "No single product of this site has that name. Nothing was saved."
    ),
    "levels_are_the_masters": _(
        "Only the master site says how many levels are paid. Nothing was saved."
    ),
    "self_dealing": _("Nobody earns commission on his own purchases."),
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
    "payee_too_young": _(
        "By these papers the payee is younger than %(least_age)s: nobody so young has an account"
        " here. Nothing was saved."
    ),
    "papers_taken": _(
        "Somebody else is paid here under the same papers already. Nothing was saved."
    ),
    "payout_consent_missing": _(
        "Please agree first that those who check and pay see these papers. Nothing was saved."
    ),
    "no_such_mail": _("There is no such mail or language to choose. Nothing was saved."),
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
    "no_transfers": _(
        "A balance is not moved to somebody else: it is spent, or goes back to where it came from."
        " Nothing was booked."
    ),
    "topups_closed": _("Balances are not topped up online here. Nothing was charged."),
    "topup_too_small": _("At least %(minimum)s at once. Nothing was charged."),
    "topup_too_large": _("At most %(maximum)s at once. Nothing was charged."),
    "topup_too_fine": _("Write it in whole fen, at most two decimals. Nothing was moved."),
    "bad_topup_policy": _(
        "These limits do not fit together: from one fen to ¥500,000, the lower one not above the"
        " upper one, at most eight amounts between them. Nothing was saved."
    ),
    "bad_channel_fee": _(
        "A provider's fee is 0 to %(most_percent)s %% of a payment and 0 to %(most_flat)s besides,"
        " with two decimals at most. Nothing was saved."
    ),
    "dispute_not_found": _("There is no such dispute here."),
    "no_such_topup": _("There is no such top-up here."),
    "no_such_receipt": _("There is no such receipt here."),
    "topup_not_paid": _("Only a top-up that has arrived can be given back. Nothing was moved."),
    "topup_fits": _("There is nothing to settle about this payment."),
    "topup_spent": _("At most %(left)s of it is unspent and can go back. Nothing was moved."),
    "master_gives_back": _(
        "What a sub-site paid in is given back by the master site. Nothing was moved."
    ),
    "bad_alarm": _("Write an amount in whole fen, above zero and at most %(largest)s."),
    "bad_withdrawal": _(
        "Write an amount above zero, in whole fen, of at most %(largest)s. Nothing was moved."
    ),
    "below_minimum": _("At least %(least)s can be withdrawn at once. Nothing was moved."),
    "fee_eats_all": _("The fee of %(fee)s would leave nothing. Nothing was moved."),
    "more_than_free": _(
        "%(needed)s is more than is free: %(available)s are available, and %(debt)s of it are owed"
        " first. Nothing was moved."
    ),
    "daily_limit_reached": _(
        "At most %(limit)s can be asked for in one day; %(asked)s were asked for today. Nothing was"
        " moved."
    ),
    "withdrawals_off": _("The master site takes no withdrawals at present. Nothing was moved."),
    "method_off": _("The master site does not pay out that way at present. Nothing was moved."),
    "master_withdraws_nothing": _(
        "The master site holds the money itself: there is nothing to withdraw or to turn."
    ),
    "debt_first": _(
        "%(debt)s are owed, and only %(available)s would stay. Nothing was moved: reject this one,"
        " so that the debt is paid first."
    ),
    "owner_frozen": _(
        "The site has frozen this member: nothing is paid. Ask there, or reject it and say so."
    ),
    "four_eyes": _(
        "You approved this one, so somebody else has to pay it: your policy wants four eyes."
    ),
    "not_your_payout": _(
        "%(name)s is paying this one out. Nothing was changed; ask there before you send any money."
    ),
    "bad_proof": _(
        "Write the number of the transfer (%(least)s to %(most)s signs) or add a picture of it."
        " Nothing was booked."
    ),
    "bad_decision": _("Say why in %(least)s to %(most)s signs. Nothing was decided."),
    "bad_policy": _("These rules cannot be kept: look at the marked field. Nothing was saved."),
    "withdrawal_moved": _(
        "This withdrawal has moved on meanwhile: look at where it stands now. Nothing was changed"
        " by you."
    ),
    "asked_otherwise": _(
        "This form was sent before with another amount or account. Reload the page; nothing was"
        " moved by you."
    ),
    "no_such_withdrawal": _("There is no such withdrawal here."),
    "no_package_here": _("This site has no package to pay for."),
    "period_not_offered": _(
        "This package is not sold for that period, or not to sites that have one already. Nothing"
        " was paid."
    ),
    "nothing_to_renew": _("This package costs nothing or has no end. Nothing was paid."),
    "too_far_ahead": _("A package can be paid at most two years ahead. Nothing was paid."),
    "fee_went_back": _("This fee has gone back already. Nothing was moved."),
    "fee_of_another_parent": _(
        "The site stands below another seller by now: a fee of the former one stays. Nothing was"
        " moved."
    ),
    "not_in_package": _("This is not in your package. Nothing was saved."),
    "sku_limit_reached": _(
        "Your package lists at most %(limit)s SKUs, and as many are listed. Hide others first, or"
        " take a larger package. Nothing was saved."
    ),
    "over_package_limits": _(
        "%(package)s does not allow what this site uses: %(sites)s sub-sites, own domains"
        " %(domains)s; %(skus)s SKUs are listed too many. Give them up first. Nothing was changed."
    ),
    "plan_moved": _(
        "The package was paid or changed meanwhile. Look again; nothing was paid twice."
    ),
}
MONEY |= REFUNDS | OWN | PAYOUTS
