"""The named refusals of mark-up templates."""

from kameng.domains.pricing.errors import StalePrices
from kameng.kit.errors import Conflict, NotFound, Refusal


class NoSuchTemplate(NotFound):
    """This site has no such template."""

    code = "no_such_template"


class NoSuchPreview(NotFound):
    """The preview was committed, discarded, or is too old."""

    code = "no_such_preview"


class BadTemplateName(Refusal):
    """A template needs a name. Facts: most (signs)."""

    code = "bad_template_name"


class TemplateNameTaken(Conflict):
    """The site has a template of that name. Facts: name."""

    code = "template_name_taken"


class TooManyTemplates(Refusal):
    """A site keeps so many templates and no more. Facts: most."""

    code = "too_many_templates"


class TemplateEmpty(Refusal):
    """A template without a line would do nothing."""

    code = "template_empty"


class LineTwice(Refusal):
    """Two lines of a template are for the same buyers."""

    code = "line_twice"


class BadLineMethod(Refusal):
    """A line adds a percentage or an amount to the cost, or keeps a share of the price."""

    code = "bad_line_method"


class NothingChosen(Refusal):
    """No goods fit what was chosen."""

    code = "nothing_chosen"


class TooManyGoods(Refusal):
    """More goods were chosen than one change may move. Facts: most."""

    code = "too_many_goods"


class StaleTemplate(Conflict):
    """Somebody else changed the template meanwhile."""

    code = "stale_template"


class PreviewMoved(StalePrices):
    """A cost, a price or the template is not any more what the preview showed."""

    code = "preview_moved"
