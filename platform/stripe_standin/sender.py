"""Sending signed notifications: at least once, in no promised order, again until answered 2xx."""

import hashlib
import hmac
import json
import secrets
import threading
import time

import urllib3

from .settings import Settings
from .store import Body, Store

RETRIES = (1, 2, 4, 8, 16, 30, 60, 120, 300, 600, 1800, 3600)
SENDERS = 4
LOOK_AGAIN = 5.0
"""Seconds after which an idle sender looks by itself; it is woken by what is to be sent."""


def enqueue(store: Store, event: Body) -> None:
    """Store the copies to send. Dropped ones stay readable in the list of events."""
    drop = int(store.knob("drop", 0))
    if drop:
        store.turn("drop", drop - 1)
        return
    due = time.time() + float(store.knob("delay_ms", 0)) / 1000
    spread = float(store.knob("reorder_ms", 0)) / 1000
    body = json.dumps(event, ensure_ascii=False)
    with store.change() as db:
        for _ in range(1 + int(store.knob("duplicate", 0))):
            when = due + secrets.randbelow(1001) / 1000 * spread
            db.execute(
                "INSERT INTO delivery (event, body, due, attempts, state)"
                " VALUES (?, ?, ?, 0, 'waiting')",
                (event["id"], body, when),
            )
    bell.ring()


def signature(secret: str, body: str, at: int) -> str:
    """The header a receiver checks: HMAC-SHA256 over "time.body"."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class Bell:
    """Wakes all senders; who was busy while it rang does not lie down before he has looked."""

    def __init__(self) -> None:
        self.rings = 0
        self._changed = threading.Condition()

    def ring(self) -> None:
        """There is something to send, or nothing any more."""
        with self._changed:
            self.rings += 1
            self._changed.notify_all()

    def wait(self, heard: int, seconds: float) -> None:
        """Until it rings once more than `heard`, or the seconds are over."""
        with self._changed:
            self._changed.wait_for(lambda: self.rings != heard, seconds)


bell = Bell()


class Sender:
    """A few threads that take what is due, post it and remember the answer."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.stopping = False
        self.threads: list[threading.Thread] = []
        self.pool = urllib3.PoolManager(maxsize=SENDERS, retries=False, timeout=10.0)

    def start(self) -> None:
        """Run in the background for as long as the process lives."""
        with self.store.change() as db:
            db.execute("UPDATE delivery SET state = 'waiting' WHERE state = 'sending'")
        for _ in range(SENDERS):
            thread = threading.Thread(target=self._run, daemon=True)
            self.threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """End the threads; what was not sent stays stored."""
        self.dismiss()
        for thread in self.threads:
            thread.join()

    def dismiss(self) -> None:
        """The same without waiting for what they are just sending."""
        self.stopping = True
        bell.ring()

    def _run(self) -> None:
        while not self.stopping:
            heard = bell.rings
            pause = self._pause()
            claimed = None if pause > 0 else self._claim()
            if claimed:
                self._send(*claimed)
            else:
                bell.wait(heard, pause)

    def _pause(self) -> float:
        """Seconds until something is due, at most LOOK_AGAIN."""
        with self.store.lock:
            query = "SELECT min(due) FROM delivery WHERE state = 'waiting'"
            (due,) = self.store.connection.execute(query).fetchone()
        return LOOK_AGAIN if due is None else min(LOOK_AGAIN, due - time.time())

    def _claim(self) -> tuple[int, str, int] | None:
        with self.store.change() as db:
            found = db.execute(
                "UPDATE delivery SET state = 'sending' WHERE id = (SELECT id FROM delivery"
                " WHERE state = 'waiting' AND due <= ? ORDER BY due LIMIT 1)"
                " RETURNING id, body, attempts",
                (time.time(),),
            ).fetchone()
        return found or None

    def _send(self, key: int, body: str, attempts: int) -> None:
        answer = self._post(body)
        done = answer.startswith("2")
        given_up = attempts >= len(RETRIES)
        state = "sent" if done else "failed" if given_up else "waiting"
        due = time.time() + (0 if done or given_up else RETRIES[attempts])
        with self.store.change() as db:
            db.execute(
                "UPDATE delivery SET state = ?, answer = ?, attempts = attempts + 1, due = ?"
                " WHERE id = ?",
                (state, answer, due, key),
            )

    def _post(self, body: str) -> str:
        if not self.settings.hook_url:
            return "200 nobody to tell"
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (stand-in)",
            "Stripe-Signature": signature(self.settings.webhook_secret, body, int(time.time())),
        }
        if self.settings.hook_host:
            headers["Host"] = self.settings.hook_host
        try:
            reply = self.pool.request(
                "POST", self.settings.hook_url, body=body.encode(), headers=headers
            )
        except urllib3.exceptions.HTTPError as broken:
            return f"no answer: {type(broken).__name__}"
        return str(reply.status)
