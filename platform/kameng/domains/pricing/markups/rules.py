"""The language of price rules, behind one door: where a rule stands, how it makes a price, which
one is found first, and how a person types one."""

from kameng.domains.pricing.markups.books import Goods, RuleBook
from kameng.domains.pricing.markups.decisions import Rule, refuse_senseless
from kameng.domains.pricing.markups.methods import (
    DEAREST,
    FATTEST,
    STEEPEST,
    TOP,
    Method,
    Rounding,
    Step,
    Way,
)
from kameng.domains.pricing.markups.places import Audience, Place, Scope, refuse_overlap
from kameng.domains.pricing.markups.typed import markup, steps, told_steps, told_value

__all__ = [
    "DEAREST",
    "FATTEST",
    "STEEPEST",
    "TOP",
    "Audience",
    "Goods",
    "Method",
    "Place",
    "Rounding",
    "Rule",
    "RuleBook",
    "Scope",
    "Step",
    "Way",
    "markup",
    "refuse_overlap",
    "refuse_senseless",
    "steps",
    "told_steps",
    "told_value",
]
