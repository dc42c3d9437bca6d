"""Named refusals of promotion."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class PromotionOff(Refusal):
    """The site has no promoters, or has them no more."""

    code = "promotion_off"


class BadPromotion(Refusal):
    """A value is out of range. Facts: field, most."""

    code = "bad_promotion"


class TermsNotAccepted(Refusal):
    """Whoever promotes agrees to the rules first."""

    code = "promotion_terms_missing"


class NoSuchPromoter(NotFound):
    """Nobody of this site promotes under that name."""

    code = "no_such_promoter"


class NoSuchPromotedProduct(Refusal):
    """This site does not sell the product."""

    code = "no_such_promoted_product"


class LevelsAreTheMasters(Refusal):
    """Only the master says how many levels are paid."""

    code = "levels_are_the_masters"


class SelfDealing(Conflict):
    """Nobody earns on himself. Facts: how (member, contact, browser)."""

    code = "self_dealing"
