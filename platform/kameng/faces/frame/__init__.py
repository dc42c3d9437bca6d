"""What every face stands in: who asks, may they, in which language, what a refusal says."""

from flask import Blueprint, Flask

from kameng.faces.frame import (
    assets,
    bodies,
    bulkhead,
    canonical,
    cells,
    csrf,
    headers,
    i18n,
    machines,
    money,
    pages,
    problems,
    sessions,
    throttle,
    unwritable,
    who,
)


def init(app: Flask) -> None:
    """Put the frame around an app; called once by create_app before any face."""
    canonical.init(app)
    sessions.init(app)
    i18n.init(app)
    machines.init(app)
    csrf.init(app)
    unwritable.init(app)
    who.init(app)
    cells.init(app)
    throttle.init(app)
    money.init(app)
    assets.init(app)
    pages.init(app)
    problems.init(app)
    headers.init(app)
    bulkhead.init(app)
    bodies.init(app)
    app.register_blueprint(Blueprint("frame", __name__, template_folder="templates"))
