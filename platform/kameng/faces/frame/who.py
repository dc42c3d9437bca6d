"""Who is asking: a member of this site, a person of the console's staff, or a guest."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Flask, g, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from kameng.domains.accounts.members import queries as members
from kameng.domains.accounts.members.queries import MemberFacts
from kameng.domains.accounts.staff import queries as staff_accounts
from kameng.domains.accounts.staff.queries import StaffFacts
from kameng.faces.frame import cells
from kameng.kit import clock
from kameng.kit.audit import Actor
from tenants.tree import Tenant

STAFF_HOURS = timedelta(hours=12)
MEMBER_DAYS = timedelta(days=30)

logins = LoginManager()


@dataclass(frozen=True)
class Seat:
    """What a session says about its owner; believed only after the loader asked the database."""

    kind: str
    tenant_id: int
    person: UUID
    epoch: int

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return f"{self.kind}:{self.tenant_id}:{self.person}:{self.epoch}"


def member() -> MemberFacts | None:
    """The signed-in member of the bound tenant, asked once per request; frozen is signed out."""
    if "member" not in g:
        g.member = _member()
    return g.member


def staff() -> StaffFacts | None:
    """The signed-in person of the console; call inside shared() the first time."""
    if "staff" not in g:
        g.staff = _staff()
    return g.staff


def actor() -> Actor:
    """Who did it, for the audit log."""
    person = g.get("staff")
    if person:
        return Actor(kind="staff", id=str(person.id), name=person.name, ip=ip())
    shopper = g.get("member")
    if shopper:
        return Actor(kind="member", id=str(shopper.id), name=shopper.name, ip=ip())
    return Actor(kind="guest", id="", name="", ip=ip())


def ip() -> str:
    """The visitor's address, proxies already taken off by the app."""
    return request.remote_addr or ""


def sign_in_member(facts: MemberFacts) -> None:
    """Start a member's session on this tenant."""
    tenant: Tenant = g.tenant
    _sit(Seat("member", tenant.id, facts.id, facts.epoch))
    g.member = facts


def sign_in_staff(facts: StaffFacts) -> None:
    """Start a console session."""
    _sit(Seat("staff", 0, facts.id, facts.epoch))
    cells.take_seat()
    g.staff = facts


def sign_out() -> None:
    """End the session, whoever's it was."""
    logout_user()
    session.clear()
    g.member = g.staff = None


def _sit(seat: Seat) -> None:
    """A new session from nothing: what a guest's session held does not come along."""
    session.clear()
    session.permanent = True
    session["since"] = clock.now().timestamp()
    login_user(seat)


def _seat(kind: str, tenant_id: int, lasts: timedelta) -> Seat | None:
    seat = current_user._get_current_object() if current_user.is_authenticated else None
    if seat is None or seat.kind != kind or seat.tenant_id != tenant_id:
        return None
    age = clock.now().timestamp() - session.get("since", 0)
    return seat if age < lasts.total_seconds() else None


def _member() -> MemberFacts | None:
    tenant: Tenant | None = g.get("tenant")
    seat = _seat("member", tenant.id, MEMBER_DAYS) if tenant else None
    return members.current(tenant, seat.person, seat.epoch) if tenant and seat else None


def _staff() -> StaffFacts | None:
    seat = _seat("staff", 0, STAFF_HOURS)
    return staff_accounts.current(seat.person, seat.epoch) if seat else None


@logins.user_loader
def _read_seat(text: str) -> Seat | None:
    """Only parses: whether the person still may is asked by member() and staff()."""
    kind, tenant_id, person, epoch = text.split(":")
    return Seat(kind, int(tenant_id), UUID(person), int(epoch))


def init(app: Flask) -> None:
    """Attach the session reader; cookies stay on the host that set them."""
    app.config.setdefault("PERMANENT_SESSION_LIFETIME", MEMBER_DAYS)
    logins.session_protection = "basic"
    logins.init_app(app)
