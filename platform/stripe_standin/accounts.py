"""Several accounts at one provider: each with its own key, its own books and its own address for
notifications, as if nobody knew of the others."""

import dataclasses
import hashlib
import hmac
import threading

from .bank import Bank
from .sender import Sender
from .settings import Settings
from .store import Body, Store

KNOWN = "accounts"


class Accounts:
    """The account of the settings, and those that were opened besides; they outlive a restart."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lock = threading.Lock()
        self.senders: list[Sender] = []
        self.main = self._bank(settings, "stripe-standin")
        self.others: dict[str, Bank] = {}
        for told in self.main.store.knob(KNOWN, []):
            self._know(told)

    def of_key(self, key: str) -> Bank | None:
        """The account a secret key leads to."""
        for bank in (self.main, *self.others.values()):
            if hmac.compare_digest(key.encode(), bank.settings.secret_key.encode()):
                return bank
        return None

    def holding(self, key: str) -> Bank:
        """The account in which something is; what nobody has is looked for at the first."""
        for bank in self.others.values():
            if bank.store.holds(key):
                return bank
        return self.main

    def open(self, key: str, webhook_secret: str, hook_url: str) -> Bank:
        """A further account, or the one this key has."""
        told = {"key": key, "webhook_secret": webhook_secret, "hook_url": hook_url}
        with self.lock:
            if key not in self.others:
                store = self.main.store
                store.turn(KNOWN, [*store.knob(KNOWN, []), told])
                self._know(told)
            return self.others[key]

    def forget(self) -> None:
        """Start over with the first account alone."""
        with self.lock:
            for bank in self.others.values():
                bank.store.forget()
            self.others = {}
            for sender in self.senders[1:]:
                sender.dismiss()
            del self.senders[1:]
            self.main.store.forget()

    def _know(self, told: Body) -> None:
        settings = dataclasses.replace(
            self.settings,
            secret_key=told["key"],
            webhook_secret=told["webhook_secret"],
            hook_url=told["hook_url"],
        )
        name = hashlib.sha256(told["key"].encode()).hexdigest()[:16]
        self.others[told["key"]] = self._bank(settings, f"stripe-standin-{name}")

    def _bank(self, settings: Settings, name: str) -> Bank:
        store = Store(settings.home / f"{name}.sqlite3")
        sender = Sender(store, settings)
        sender.start()
        self.senders.append(sender)
        return Bank(store, settings)
