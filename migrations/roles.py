"""The four database roles, the shared schema and what the server must offer."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

OWNER = "kameng_owner"
LOGINS = (OWNER, "kameng_app", "kameng_app_shared", "kameng_relay")


class NotAllowed(Exception):
    """The administrator's account may not do what the set-up needs."""


def as_role(admin_url: str, role: str, passwords: dict[str, str]) -> str:
    """`admin_url` with another login."""
    parts = urlsplit(admin_url)
    place = parts.netloc.rsplit("@", 1)[-1]
    netloc = f"{role}:{quote(passwords[role])}@{place}"
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))


def ensure(admin: Engine, passwords: dict[str, str]) -> None:
    """Create what is missing, set the roles' passwords; safe to run again."""
    with admin.connect() as connection:
        try:
            for role in LOGINS:
                _role(connection, role, passwords[role])
            _schema(connection)
        except ProgrammingError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise NotAllowed(
                "The account in DATABASE_URL must own the database and may create roles: " + reason
            ) from error


def _role(connection: Connection, role: str, password: str) -> None:
    known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    verb = "ALTER" if connection.execute(known, {"role": role}).scalar() else "CREATE"
    literal = connection.execute(text("SELECT quote_literal(:p)"), {"p": password}).scalar_one()
    connection.exec_driver_sql(
        f"{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE"
        f" PASSWORD {literal}"
    )
    connection.exec_driver_sql(f"ALTER ROLE {role} SET search_path = shared")
    if role != OWNER:
        connection.exec_driver_sql(
            f"ALTER ROLE {role} SET idle_in_transaction_session_timeout = '60s'"
        )


def _schema(connection: Connection) -> None:
    name = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    for statement in (
        f"GRANT CREATE, CONNECT ON DATABASE {name} TO {OWNER}",
        f"GRANT {OWNER} TO CURRENT_USER",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"CREATE SCHEMA IF NOT EXISTS shared AUTHORIZATION {OWNER}",
        "CREATE EXTENSION IF NOT EXISTS ltree SCHEMA shared",
        "GRANT USAGE ON SCHEMA shared TO kameng_app, kameng_app_shared, kameng_relay",
    ):
        connection.exec_driver_sql(statement)
