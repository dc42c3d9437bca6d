"""The named refusals of cost moves."""

from kameng.kit.errors import Conflict, Refusal


class BadAlarm(Refusal):
    """The percentage from which a cost move waits is no such number. Facts: most."""

    code = "bad_alarm"


class CostProposalGone(Conflict):
    """What was to be approved or rejected is decided already, or a newer cost took its place."""

    code = "cost_proposal_gone"


class CostNeedsApproval(Refusal):
    """Costs move further than may happen without approval. Facts: count, alarm."""

    code = "cost_needs_approval"
