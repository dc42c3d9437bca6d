"""The one blueprint all console pages hang on."""

from flask import Blueprint

pages = Blueprint("console", __name__, template_folder="templates")
