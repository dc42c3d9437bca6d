"""What the stand-in is told when it starts; read once, so that nothing else looks outside."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Settings:
    """Where it keeps its state, which keys it honours and whom it notifies."""

    home: Path
    port: int
    secret_key: str
    webhook_secret: str
    hook_url: str = ""
    hook_host: str = ""
    public: str = ""

    @classmethod
    def load(cls, env: Mapping[str, str] | None = None) -> Self:
        """Read the environment of the process."""
        env = os.environ if env is None else env
        port = int(env.get("STANDIN_PORT", "12111"))
        return cls(
            home=Path(env.get("KAMENG_HOME", "var")),
            port=port,
            secret_key=env.get("STANDIN_SECRET_KEY", "sk_test_standin"),
            webhook_secret=env.get("STANDIN_WEBHOOK_SECRET", "whsec_standin"),
            hook_url=env.get("STANDIN_HOOK_URL", ""),
            hook_host=env.get("STANDIN_HOOK_HOST", ""),
            public=env.get("STANDIN_PUBLIC", f"http://127.0.0.1:{port}").rstrip("/"),
        )
