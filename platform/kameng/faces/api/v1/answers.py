"""Refusals as programs read them: a code that stays as it is, a sentence for whoever looks."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from kameng.faces.frame.problems import Problem

NAMES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "too_many_requests",
    503: "unavailable",
}
"""What the HTTP errors are called that are no refusals of ours."""
A_MINUTE = "60"


def paint(problem: Problem) -> ResponseReturnValue:
    """A refusal or an error as JSON."""
    plain = problem.refusal is None
    code = NAMES.get(problem.status, problem.code) if plain else problem.code
    answer = jsonify(error=code, message=problem.text)
    if problem.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if problem.status == 429:
        answer.headers["Retry-After"] = A_MINUTE
    return answer
