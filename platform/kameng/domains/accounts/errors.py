"""Named refusals of accounts; none of them tells whether an unknown login exists."""

from kameng.kit.errors import Conflict, Forbidden, NotFound, Refusal, TooMany


class BadLogin(Refusal):
    """The login is not 3 to 32 letters, digits, dots, dashes or underscores."""

    code = "bad_login"


class BadContact(Refusal):
    """Neither an e-mail address nor a phone number."""

    code = "bad_contact"


class WeakPassword(Refusal):
    """Facts: needed (the least number of characters)."""

    code = "weak_password"


class LoginTaken(Conflict):
    """Another staff account has this login."""

    code = "login_taken"


class ContactTaken(Conflict):
    """A member of this site already has this e-mail address or phone number."""

    code = "contact_taken"


class SignInRefused(Forbidden):
    """The same answer for an unknown login and a wrong password."""

    code = "sign_in_refused"


class AccountFrozen(Forbidden):
    """The password was right, and the account is frozen."""

    code = "account_frozen"


class CodeNeeded(Forbidden):
    """The password was right; the second factor is due. Facts: staff_id."""

    code = "code_needed"


class CodeRefused(Forbidden):
    """The one-time code is wrong, too old, or was used before."""

    code = "code_refused"


class SecondFactorOn(Conflict):
    """A second factor is already in force; it is not replaced silently."""

    code = "second_factor_on"


class TooManyAttempts(TooMany):
    """Too many failed attempts for one name. Facts: minutes."""

    code = "too_many_attempts"


class ConsentMissing(Refusal):
    """The terms of the site were not accepted."""

    code = "consent_missing"


class TooYoung(Refusal):
    """No account under 14 (limits.md). Facts: least_age."""

    code = "too_young"


class ResetRefused(Refusal):
    """The reset link is unknown, used, or older than its time."""

    code = "reset_refused"


class NoSuchMember(NotFound):
    """No member of this site has this id."""

    code = "no_such_member"


class NoSuchStaff(NotFound):
    """No staff account has this id."""

    code = "no_such_staff"


class BadReason(Refusal):
    """Why somebody enters a site is not said. Facts: least, most (signs)."""

    code = "bad_reason"


class BadStay(Refusal):
    """A stay in a site below is shorter than an hour or too long. Facts: most (hours)."""

    code = "bad_stay"


class AlreadyThere(Conflict):
    """The person belongs to the site and needs no entry. Facts: site."""

    code = "already_there"


class NoSuchVisit(NotFound):
    """Nobody of this id is in the site from above."""

    code = "no_such_visit"


class InvitationRefused(Refusal):
    """The invitation is unknown, used, or older than its time."""

    code = "invitation_refused"


class NotYoursToGive(Forbidden):
    """Nobody gives or takes what he does not hold himself. Facts: permissions."""

    code = "not_yours_to_give"


class BeyondPlatformLimit(Forbidden):
    """The platform gives this to nobody on a sub-site. Facts: permissions."""

    code = "beyond_platform_limit"


class RoleNotHere(Refusal):
    """This role is not given on this kind of site, or not by hand. Facts: role."""

    code = "role_not_here"


class LastOwner(Conflict):
    """The site would be left without anybody who may do everything."""

    code = "last_owner"


class AlreadyStaff(Conflict):
    """The person belongs to the site already. Facts: login."""

    code = "already_staff"


class BadRoleName(Refusal):
    """The name of a role is empty, too long, or one of the platform's. Facts: most (signs)."""

    code = "bad_role_name"


class RoleNameTaken(Conflict):
    """Another role of the site has this name. Facts: name."""

    code = "role_name_taken"


class RoleEmpty(Refusal):
    """A role without any permission."""

    code = "role_empty"


class NoSuchPermission(Refusal):
    """Not in the table. Facts: permissions."""

    code = "no_such_permission"


class NoSuchRole(NotFound):
    """The site has no role of this code."""

    code = "no_such_role"


class RoleInUse(Conflict):
    """People still have the role. Facts: people."""

    code = "role_in_use"


class StaleRole(Conflict):
    """Somebody else changed the role since the form was opened."""

    code = "stale_role"


class TooManyRoles(Refusal):
    """The site has as many own roles as it may. Facts: most."""

    code = "too_many_roles"


class BadTier(Refusal):
    """A tier without a short name, or with a rank that is not from 1 to 99. Facts: field."""

    code = "bad_tier"


class TierNameTaken(Conflict):
    """Another tier of the site has this name. Facts: name."""

    code = "tier_name_taken"


class TooManyTiers(Conflict):
    """Facts: most."""

    code = "too_many_tiers"


class NoSuchTier(NotFound):
    """No tier of this site."""

    code = "no_such_tier"


class TierHeld(Conflict):
    """Members hold the tier that shall go. Facts: name, members."""

    code = "tier_held"


class TierMoved(Conflict):
    """The member's tier is not the one the person saw. Facts: name, empty for none."""

    code = "tier_moved"
