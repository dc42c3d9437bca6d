"""Named refusals of own domains."""

from kameng.kit.errors import Conflict, Forbidden, NotFound, Refusal


class BadDomain(Refusal):
    """Not a domain that can be one's own. Facts: reason (a rules.Why value)."""

    code = "bad_domain"


class DomainsNotAllowed(Forbidden):
    """The site's package does not allow an own domain, or its terms are over."""

    code = "domains_not_allowed"


class TooManyDomains(Refusal):
    """The site holds as many as it may. Facts: limit."""

    code = "too_many_domains"


class DomainTaken(Conflict):
    """Another site has proven this host. Facts: host."""

    code = "domain_taken"


class NoSuchDomain(NotFound):
    """This site holds no such host."""

    code = "no_such_domain"


class DomainNotProven(Refusal):
    """Only a proven host can be the main address. Facts: host."""

    code = "domain_not_proven"


class DomainNotHere(Refusal):
    """The host does not lead to this platform yet: as main address it would end the shop."""

    code = "domain_not_here"


class BadFiling(Refusal):
    """Not a filing number of the usual shape. Facts: field (icp, police)."""

    code = "bad_filing"
