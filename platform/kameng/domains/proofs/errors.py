"""Why a proof is refused."""

from kameng.kit.errors import NotFound


class NoSuchProof(NotFound):
    """This site has no such run of the proof."""

    code = "no_such_proof"
