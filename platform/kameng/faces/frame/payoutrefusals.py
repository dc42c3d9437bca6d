"""What refusals about pay-outs by a provider say to a person."""

from typing import Any

from flask_babel import lazy_gettext as _

PAYOUTS: dict[str, Any] = {
    "payout_provider_off": _(
        "The master site does not pay out by Stripe at present. Nothing was moved; a bank account"
        " always works."
    ),
    "payout_provider_elsewhere": _(
        "Stripe sends no money to %(country)s from an account in %(home)s. Bind a bank account"
        " instead; nothing was saved."
    ),
    "payout_provider_other_money": _(
        "No %(currency)s lies in your Stripe account (only: %(held)s), and transfers are made in"
        " the shop's currency. Add that currency at Stripe, or go on paying by hand; nothing was"
        " switched on."
    ),
    "payout_provider_said_no": _("Stripe refused: %(why)s. Nothing was saved."),
    "payout_provider_silent": _(
        "Stripe did not answer. Nothing was lost: try again in a moment, it is done only once."
    ),
    "no_such_connection": _("This site has no such account at Stripe."),
    "payout_account_not_ready": _(
        "Stripe does not let this account receive money yet: its owner has to finish there first."
        " Nothing was moved."
    ),
    "payout_account_other_name": _(
        "Stripe knows the owner of this account as “%(name)s” now, not as the name you compared."
        " Compare it again. Nothing was accepted."
    ),
    "checked_by_provider": _("Stripe says whose this account is. Nothing was changed."),
    "paid_by_provider": _(
        "This withdrawal goes to a Stripe account: Stripe sends it, and says when it came back."
        " Nothing was changed by you."
    ),
    "paid_by_hand": _("This account is paid by hand. Nothing was moved."),
    "transfer_under_way": _(
        "Stripe was asked to send it and has not answered yet. It is asked again by itself; until"
        " then nothing can be changed, so that the money does not leave twice."
    ),
    "no_such_transfer": _("There is no such transfer here."),
}
