"""The named refusals of the history of prices."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class NothingToChange(Refusal):
    """Every place already holds what it was to hold."""

    code = "nothing_to_change"


class NoSuchChange(NotFound):
    """This site has taken no such decision."""

    code = "no_such_change"


class ChangeUndone(Conflict):
    """The decision is undone already. Facts: by (the change that did it)."""

    code = "change_undone"


class ChangeOvertaken(Conflict):
    """A later decision stands where this one stood: undoing this would undo it unseen. Facts: by
    (the later change)."""

    code = "change_overtaken"
