"""The named refusals of payees."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class BadLegalName(Refusal):
    """The name is no name of a person or company. Facts: most."""

    code = "bad_legal_name"


class BadIdNumber(Refusal):
    """The number is none of this kind: wrong length, or its check digit does not fit."""

    code = "bad_id_number"


class BadPayeeReason(Refusal):
    """A refusal needs a reason the other side can act on. Facts: least, most."""

    code = "bad_payee_reason"


class PayeeTooYoung(Refusal):
    """By the papers, nobody so young has an account here. Facts: least_age."""

    code = "payee_too_young"


class PapersTaken(Conflict):
    """Somebody else is paid here under the same papers: nobody is two promoters, or the site and
    its promoter."""

    code = "papers_taken"


class PayoutConsentMissing(Refusal):
    """A member's papers are shown to the master only when the member agreed to it."""

    code = "payout_consent_missing"


class MasterNeedsNoPayee(Refusal):
    """The master site holds the money itself and is paid by nobody."""

    code = "master_needs_no_payee"


class PayeeMissing(Refusal):
    """Say first who is paid."""

    code = "payee_missing"


class PayeeNotVerified(Refusal):
    """The payee has not been verified, or has changed since."""

    code = "payee_not_verified"


class PayeeUnchanged(Refusal):
    """What was sent is what has been verified already."""

    code = "payee_unchanged"


class PayeeMoved(Conflict):
    """Somebody decided or sent anew meanwhile; look again."""

    code = "payee_moved"


class NoSuchPayee(NotFound):
    """The site has sent no payee."""

    code = "no_such_payee"
