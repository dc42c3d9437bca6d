"""The rules of prices told a second time, in thirty lines and another way: exact fractions, every
rule looked at, every site worked out whether anybody asks or not."""

from decimal import Decimal
from fractions import Fraction

MODES = {"up": "ROUND_CEILING", "down": "ROUND_FLOOR"}
GRIDS = {"fen": (10**4, 0), "jiao": (10**5, 0), "yuan": (10**6, 0)}
GRIDS |= {"x9": (10**6, 10**5), "x99": (10**6, 10**4)}


def best(rules, audience, goods, names, now):
    about = [goods.sku_id, goods.product_id, *goods.category_path, None]
    fit = []
    for one in rules:
        place, start, end = one.place, one.place.valid_from, one.place.valid_to
        who = place.buyer_id or place.level_id or place.member_id
        held = (not start or (now and start <= now)) and (not end or (now and now < end))
        if place.audience == audience and place.scope_id in about and who in names and held:
            fit.append((about.index(place.scope_id), names.index(who), not (start or end), one))
    return min(fit, key=lambda found: found[:3], default=(None,))[-1]


def make(rule, cost, followed, quantity):
    value = dict([(0, rule.value), *(one for one in rule.steps if one[0] <= quantity)])
    value, million = value[max(value)], 10**6
    price = {
        "fixed": lambda: value if rule.base is None else max(value + cost - rule.base, 0),
        "percent": lambda: cost + round(Fraction(cost * value, million)),
        "amount": lambda: cost + value,
        "margin": lambda: round(cost / (1 - Fraction(value, million))),
        "follow": lambda: followed,
    }[rule.method]()
    step, short = GRIDS.get(rule.rounding, (1, 0))
    mode = MODES.get(rule.way, f"ROUND_{rule.way.upper()}")
    count = int((Decimal(price + short) / step).to_integral_value(mode))
    return min(max(count * step - short, step - short if short else 0), 10**15)


def prices(chain, goods, quantity=1, now=None, member=None, tier=None):
    """Cost and retail price at the last site of the chain, in micro-units."""
    cost, retail, least = goods.cost.micro, goods.retail.micro, 0
    floor, ceiling = (goods.floor or goods.cost * 0).micro, goods.ceiling
    above = None
    for number, site in enumerate(chain):
        if above is not None:
            names = [site.tenant_id, site.level_id, None]
            rule, paid = best(above.rules, "child", goods, names, now), cost
            asked = make(rule, paid, retail, quantity) if rule else retail
            cost = asked if rule and rule.below_cost else max(asked, paid)
        names = [member, tier, None] if number == len(chain) - 1 else [None]
        rule = best(site.rules, "retail", goods, names, now)
        asked = make(rule, cost, retail, quantity) if rule else retail
        asked = asked if ceiling is None else min(asked, ceiling.micro)
        asked = asked if rule and rule.below_cost else max(asked, cost)
        retail, above = max(asked, floor, least), site
        least = max(least, floor, cost)
    return cost, retail
