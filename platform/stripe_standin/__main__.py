"""`python -m stripe_standin`: serve on the loopback address until told to stop."""

import logging
import signal
import sys
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from .app import create_app
from .settings import Settings


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open and says nothing about each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Silence."""


def main() -> None:
    """Serve; a busy port is a sentence, not a traceback."""
    settings = Settings.load()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, _stop)
    try:
        server = make_server(
            "127.0.0.1",
            settings.port,
            create_app(settings),
            threaded=True,
            request_handler=QuietHandler,
        )
    except (OSError, SystemExit):
        sys.exit(f"The payment stand-in cannot listen on port {settings.port}: it is taken.")
    sys.stdout.write(f"Test payments on http://127.0.0.1:{settings.port}\n")
    sys.stdout.flush()
    server.serve_forever()


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
