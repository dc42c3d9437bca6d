"""The one Blueprint of signup; the view files hang their routes on it."""

from flask import Blueprint

from kameng.faces.frame import assets
from kameng.faces.signup import policy

signup = Blueprint("signup", __name__, template_folder="templates")
signup.after_request(policy.let_forms_reach_the_new_site)
assets.serve(signup, "/open/assets")
