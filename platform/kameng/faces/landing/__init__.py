"""The bare base domain: it belongs to no site and lists none."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from kameng.faces.frame import addresses, assets, guards

blueprint = Blueprint("landing", __name__, template_folder="templates")


@blueprint.get("/")
@guards.public
def home() -> str:
    """A plain page that says where one is."""
    return render_template("landing/home.html", console=addresses.console("/"))


def init(app: Flask) -> None:
    """Register the landing page."""
    assets.serve(blueprint, "/assets")
    app.register_blueprint(blueprint)
