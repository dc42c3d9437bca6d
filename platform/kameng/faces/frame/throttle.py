"""How often one address may try something, counted in Valkey so that all processes agree."""

from flask import Flask, request
from flask_limiter import Limiter
from limits import RateLimitItemPerMinute
from redis.exceptions import RedisError

from kameng.config import settings
from tenants import routing


def _asker() -> str:
    """One visitor of one site: the same address on two sites does not use up one allowance.

    The host as routing reads it: each port a client may write behind it would be a new visitor."""
    return f"{routing.host_of_request()}|{request.remote_addr or '-'}"


limiter = Limiter(key_func=_asker, strategy="moving-window", in_memory_fallback_enabled=True)


def takes(what: str, whose: str, *, most: int, minutes: int) -> bool:
    """Count one act of somebody; False when that was more than `most` in so many minutes.

    Where nobody can be asked it is allowed: for what a view counts itself, never for guesses at a
    secret."""
    try:
        return limiter.limiter.hit(RateLimitItemPerMinute(most, minutes), what, whose)
    except RedisError:
        return True


def init(app: Flask) -> None:
    """Attach the limiter; decorate a view with @limiter.limit("10 per minute")."""
    app.config.setdefault("RATELIMIT_STORAGE_URI", settings().redis_url)
    limiter.init_app(app)
