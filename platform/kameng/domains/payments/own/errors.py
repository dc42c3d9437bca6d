"""What own channels refuse, by name."""

from kameng.kit.errors import Refusal


class MasterCollects(Refusal):
    """The master's own shop always takes money by the master's channels."""

    code = "master_collects"


class OwnChannelNotAllowed(Refusal):
    """The master has not given this site leave to collect by itself."""

    code = "own_channel_not_allowed"


class NoOwnKeys(Refusal):
    """The site has stored no keys that were tried."""

    code = "no_own_keys"


class BadOwnKeys(Refusal):
    """These do not look like a secret key and a webhook secret. Facts: field."""

    code = "bad_own_keys"


class TestKeys(Refusal):
    """Keys of the provider's test mode take no real money."""

    __test__ = False
    code = "test_keys"


class KeysOfTheMaster(Refusal):
    """These keys lead to the master's own account."""

    code = "keys_of_the_master"


class OtherAccount(Refusal):
    """Money came in on another account, and may have to go back there. Facts: account."""

    code = "other_account"


class KeysRefused(Refusal):
    """The provider does not take these keys. Facts: why."""

    code = "keys_refused"


class ProviderSilent(Refusal):
    """The provider did not answer; nothing is stored."""

    code = "provider_silent"
