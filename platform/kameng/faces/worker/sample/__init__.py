"""The sample alliance: a master site, an agent's sub-site, goods, secrets, a member."""

from __future__ import annotations

from kameng.faces.worker.sample.loading import SIGN_INS, SignIn, load

__all__ = ["SIGN_INS", "SignIn", "load"]
