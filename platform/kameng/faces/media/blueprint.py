"""The blueprint of the media host; the app gives its rules their host."""

from flask import Blueprint

media = Blueprint("media", __name__)
