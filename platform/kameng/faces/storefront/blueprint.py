"""The one Blueprint of the shop; the view files hang their routes on it."""

from flask import Blueprint

storefront = Blueprint("storefront", __name__)
