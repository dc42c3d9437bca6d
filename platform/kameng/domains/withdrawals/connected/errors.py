"""The named refusals of payees' accounts at a provider."""

from kameng.kit.errors import NotFound, Refusal


class ProviderOff(Refusal):
    """The master does not pay out by this provider."""

    code = "payout_provider_off"


class ProviderElsewhere(Refusal):
    """The provider sends no money into that country from where the master's account is. Facts:
    country, home."""

    code = "payout_provider_elsewhere"


class OtherMoney(Refusal):
    """No money of the shop's currency lies in the master's account there. Facts: currency, held."""

    code = "payout_provider_other_money"


class ProviderSaidNo(Refusal):
    """The provider refused. Facts: why."""

    code = "payout_provider_said_no"


class ProviderDidNotAnswer(Refusal):
    """The provider did not answer; asking again is harmless."""

    code = "payout_provider_silent"


class NoSuchConnection(NotFound):
    """The site has no such account at the provider."""

    code = "no_such_connection"


class OtherNameThere(Refusal):
    """The provider knows the account's owner by another name than the one that was seen. Facts:
    seen, name."""

    code = "payout_account_other_name"


class NotReadyThere(Refusal):
    """The provider does not let this account receive money yet."""

    code = "payout_account_not_ready"
