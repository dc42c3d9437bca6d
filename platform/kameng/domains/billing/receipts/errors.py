"""What can be wrong with asking for a receipt."""

from kameng.kit.errors import NotFound


class NoSuchReceipt(NotFound):
    """The site has no receipt of this id, or nothing was paid with it."""

    code = "no_such_receipt"
