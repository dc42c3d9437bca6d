"""Refusals of this room; the faces give them words and statuses."""


class TenancyError(Exception):
    """Something asked for data without saying, or while changing, whose it is."""


class NoTenant(TenancyError):
    """A query was about to run with no tenant bound."""


class TenantChanged(TenancyError):
    """Another tenant was bound while a transaction of the first was still open."""


class NoSpare(TenancyError):
    """The pool of pre-built schemas is empty; the opening finishes by itself later."""


class NameTaken(TenancyError):
    """Another site, now or before, has this name."""


class TooDeep(TenancyError):
    """The parent already stands at the depth cap."""


class ParentClosed(TenancyError):
    """The parent is not live: nothing opens below it now."""


class WrongSchema(TenancyError):
    """The schema the registry leads to says that it is another site's, or nobody's."""
