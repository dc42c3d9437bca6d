"""Where an agent opens a site below the one whose host she is on: one page, then her live shop."""

from flask import Flask

from kameng.faces.signup import given, names, opened, styles, wishes
from kameng.faces.signup.blueprint import signup

VIEWS = (given, names, opened, styles, wishes)


def init(app: Flask) -> None:
    """Open the signup on every tenant's host."""
    app.register_blueprint(signup)
