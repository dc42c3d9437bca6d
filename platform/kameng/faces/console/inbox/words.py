"""What kinds of notices, their groups and the times of mails are called on screen."""

from typing import Any

from flask_babel import lazy_gettext as _l

from kameng.domains.notifications.kinds import Group, Kind, Mail
from kameng.domains.notifications.notices.rules import CHINESE, ENGLISH

GROUPS: dict[Group, tuple[Any, str]] = {
    Group.MONEY: (_l("Money"), "orange"),
    Group.TRADE: (_l("Trade"), "green"),
    Group.SITE: (_l("Site and package"), "blue"),
}
"""A group's name and the colour of its badge, in the order of the page."""
KINDS: dict[str, Any] = {
    Kind.SETTLED: _l("Earnings settled"),
    Kind.WITHDRAWAL_ASKED: _l("A sub-site asks for a withdrawal"),
    Kind.WITHDRAWAL_APPROVED: _l("Withdrawal approved"),
    Kind.WITHDRAWAL_REJECTED: _l("Withdrawal rejected"),
    Kind.WITHDRAWAL_PAID: _l("Withdrawal paid out"),
    Kind.WITHDRAWAL_FAILED: _l("Withdrawal could not be paid out"),
    Kind.TRANSFER_STRANGE: _l("A transfer by Stripe needs a look"),
    Kind.PAYEE_SENT: _l("A sub-site named its payee"),
    Kind.PAYEE_VERIFIED: _l("Payee verified"),
    Kind.PAYEE_REFUSED: _l("Payee refused"),
    Kind.PAYOUT_ACCOUNT_SENT: _l("A sub-site added an account to be paid to"),
    Kind.PAYOUT_ACCOUNT_VERIFIED: _l("Account verified"),
    Kind.PAYOUT_ACCOUNT_REFUSED: _l("Account refused"),
    Kind.BALANCE_LOW: _l("Balance low"),
    Kind.TOPUP_DONE: _l("Top-up arrived"),
    "topup_strange": _l("A top-up does not fit"),
    Kind.SHOP_OUT_OF_FUNDS: _l("Shoppers cannot order: balance too low"),
    Kind.COLLECTING_ALLOWED: _l("Own collecting allowed"),
    Kind.COLLECTING_STOPPED: _l("Leave for own collecting taken back"),
    Kind.COLLECTING_OWES: _l("Own collecting waits for a debt to be paid"),
    Kind.COLLECTING_AGAIN: _l("Collecting by oneself again after a debt"),
    Kind.OWN_KEYS: _l("Own payment keys stored"),
    Kind.OWN_KEYS_BELOW: _l("A sub-site stored payment keys of its own"),
    Kind.AFTER_SALE_DEBT: _l("Debt after a refund"),
    Kind.DISPUTE_OPENED: _l("Payment disputed"),
    Kind.DISPUTE_WON: _l("Dispute won"),
    Kind.DISPUTE_LOST: _l("Dispute lost"),
    Kind.OUTSIDE_REFUND: _l("Refunded on the provider's own pages"),
    Kind.OWN_DISPUTE_OPENED: _l("Payment on the site's own account disputed"),
    Kind.OWN_DISPUTE_LOST: _l("Dispute lost on the site's own account"),
    Kind.PROOF_FAILED: _l("The proof of the books found differences"),
    Kind.COSTS_MOVED: _l("My costs moved"),
    Kind.PROMOTER_ASKED: _l("A new promoter"),
    Kind.PACKAGE_ENDS: _l("Package ends soon"),
    Kind.PACKAGE_RENEWED: _l("Package renewed"),
    Kind.PACKAGE_UNPAID: _l("Package could not be renewed"),
    Kind.PACKAGE_SUSPENDED: _l("Shop suspended"),
    Kind.PACKAGE_CHANGED: _l("Another package"),
    Kind.PACKAGE_STUCK: _l("The package that was to come is too small"),
    Kind.PACKAGE_MONEY_KEPT: _l("A package payment stays on the balance"),
    Kind.PACKAGE_FEE_BACK: _l("A package fee went back"),
    Kind.TRIAL_ENDS: _l("Trial ends soon"),
    Kind.DOMAIN_FAILING: _l("Proof of a domain missing"),
    Kind.DOMAIN_LOST: _l("Domain lost"),
    Kind.DOMAIN_ELSEWHERE: _l("Main domain leads elsewhere"),
    Kind.SITE_ENTERED: _l("Somebody from above entered the console"),
    Kind.SECTION_FAILED: _l("A section of the shop did not show"),
    Kind.SKIN_BEGUN: _l("A planned skin has begun"),
    Kind.SKIN_ENDED: _l("A planned skin has ended"),
    Kind.SKIN_KEPT: _l("A planned skin met another version"),
    Kind.SKIN_MISSED: _l("A planned skin was missed"),
    Kind.SKIN_GONE: _l("A version of a planned skin is gone"),
    Kind.SKIN_UNFIT: _l("A version of a planned skin does not fit any more"),
    Kind.SKIN_LOCKED: _l("A planned skin is not in the package"),
    Kind.LOOK_OFFERED: _l("A look prepared for the shop"),
    Kind.ROLLOUT_STOPPED: _l("A template roll-out stopped by itself"),
    Kind.ROLLOUT_DONE: _l("A template roll-out is done"),
    Kind.LINE_LEFT_OUT: _l("The shop was left out of a template's new version"),
    Kind.LINE_PUT_BACK: _l("The shop went back to a template's old version"),
    Kind.LINE_KEPT: _l("The shop stays on a withdrawn template version"),
}
MAILS: dict[Mail, Any] = {
    Mail.NOW: _l("At once"),
    Mail.DAILY: _l("In the mail of the day"),
    Mail.OFF: _l("No mail"),
}
LANGUAGES = {CHINESE: "简体中文", ENGLISH: "English"}
