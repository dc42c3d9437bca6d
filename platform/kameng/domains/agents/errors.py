"""Named refusals of opening a site."""

from kameng.kit.errors import Conflict, Forbidden, NotFound, Refusal


class NameRefused(Refusal):
    """The subdomain cannot be had. Facts: reason (a rules.Why value), like."""

    code = "site_name_refused"


class BadSiteName(Refusal):
    """The name people see is empty, too long, or not plain text."""

    code = "bad_site_name"


class BadColor(Refusal):
    """Not a colour of the form #rrggbb."""

    code = "bad_color"


class NoSitesBelow(Forbidden):
    """This site may not open sites below it (package, expired terms, or depth)."""

    code = "no_sites_below"


class NoSuchApplication(NotFound):
    """No application with this id was made here."""

    code = "no_such_application"


class ApplicationDiffers(Conflict):
    """This application was already sent with other answers."""

    code = "application_differs"


class ApplicationEnded(Conflict):
    """This application was refused before. Facts: reason (the code that was kept)."""

    code = "application_ended"


class OwnerUnclear(Refusal):
    """Either a newcomer with a password, or somebody on the staff: not both and not neither."""

    code = "owner_unclear"
