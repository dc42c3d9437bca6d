"""The named refusals of cost moves."""

from kameng.kit.errors import Conflict, Forbidden, Refusal


class BadAlarm(Refusal):
    """The percentage from which a cost move waits is no such number. Facts: most."""

    code = "bad_alarm"


class CostProposalGone(Conflict):
    """What was to be approved or rejected is decided already, or a newer cost took its place."""

    code = "cost_proposal_gone"


class CostsNotYours(Forbidden):
    """Whoever may set prices may not therefore move what goods cost."""

    code = "costs_not_yours"


class CostNeedsApproval(Refusal):
    """Costs move further than may happen without approval. Facts: count, alarm."""

    code = "cost_needs_approval"
