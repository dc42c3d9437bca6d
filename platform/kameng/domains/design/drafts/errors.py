"""Named refusals of the working draft."""

from kameng.kit.errors import Conflict


class DraftMoved(Conflict):
    """Another editor, or another tab, moved the draft on. Facts: who, when, step."""

    code = "draft_moved"
