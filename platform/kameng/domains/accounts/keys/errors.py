"""The named refusals around API keys."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class BadKeyName(Refusal):
    """The name of a key is empty, too long, or not on one line. Facts: most (signs)."""

    code = "bad_key_name"


class KeyNameTaken(Conflict):
    """A key in force has this name. Facts: name."""

    code = "key_name_taken"


class KeyEmpty(Refusal):
    """A key that lets nobody do anything."""

    code = "key_empty"


class NotForKeys(Refusal):
    """No key may hold this. Facts: permissions."""

    code = "not_for_keys"


class BadNetwork(Refusal):
    """Not an address, not a network, or one that is the whole internet. Facts: text."""

    code = "bad_network"


class TooManyNetworks(Refusal):
    """A key names more addresses than it may. Facts: most."""

    code = "too_many_networks"


class BadDuration(Refusal):
    """A key lasts one of the offered times, or until it is revoked."""

    code = "bad_duration"


class TooManyKeys(Refusal):
    """A site has as many keys in force as it may. Facts: most."""

    code = "too_many_keys"


class NoSuchKey(NotFound):
    """The site has no key of this id that is in force."""

    code = "no_such_key"
