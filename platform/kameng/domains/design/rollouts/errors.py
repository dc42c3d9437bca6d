"""Named refusals of roll-outs."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class NoSuchRollout(NotFound):
    """The master site has no such roll-out."""

    code = "no_such_rollout"


class RolloutMoved(Conflict):
    """It is in another state by now: somebody pressed another button, or it ended."""

    code = "rollout_moved"


class RolloutOpen(Conflict):
    """Another roll-out of this theme has not ended. Facts: theme."""

    code = "rollout_open"


class BadWaves(Refusal):
    """Waves are one to six percentages that rise to 100."""

    code = "bad_waves"


class BadRolloutFigures(Refusal):
    """The wait is 0 to 43,200 minutes, the threshold 0.01 to 100 percent."""

    code = "bad_rollout_figures"


class NothingToMove(Refusal):
    """No site shows the line this would begin from. Facts: theme, line."""

    code = "nothing_to_move"


class NotNewer(Refusal):
    """A roll-out leads to a newer line of the same theme that lies in the gallery."""

    code = "not_newer"
