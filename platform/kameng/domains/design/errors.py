"""Named refusals of design."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class DesignMissing(NotFound):
    """The site has no design yet."""

    code = "design_missing"


class DesignMoved(Conflict):
    """Somebody published another revision meanwhile."""

    code = "design_moved"


class NoDraft(Refusal):
    """There is nothing to publish."""

    code = "no_draft"


class BadDesign(Refusal):
    """Something in the arrangement does not fit the theme. Facts: where, a field path."""

    code = "bad_design"


class TemplateGone(Refusal):
    """The template something was made in is not in the gallery any more. Facts: theme."""

    code = "template_gone"


class MadeUnderAnotherLine(Refusal):
    """Made under a version of the template that the site is not on, and that the one it is on
    cannot take. Facts: line (it was made under), live (the site's)."""

    code = "made_under_another_line"


class ColoursUnreadable(Refusal):
    """Two colours that stand on each other cannot be told apart. Facts: pair, ratio, shade (the
    nearest that would do)."""

    code = "colours_unreadable"


class PageAddressTaken(Refusal):
    """Another page of the site has this address. Facts: slug."""

    code = "page_address_taken"


class NoSuchRevision(NotFound):
    """The site has no such revision."""

    code = "no_such_revision"


class ThemeNotInPackage(Refusal):
    """The site's package leaves this theme out; the one it has stays. Facts: theme."""

    code = "theme_not_in_package"


class BadSiteText(Refusal):
    """A text of the site is empty, too long or not plain. Facts: field, longest."""

    code = "bad_site_text"


class BadSiteColor(Refusal):
    """Not a colour of the form #rrggbb."""

    code = "bad_site_color"
