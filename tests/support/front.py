"""The web process behind docs/Caddyfile itself, on free ports, with a certificate of our own for
the platform's names and Caddy's local authority for own domains."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kameng.config import Settings
from kameng.kit import clock
from tests.support import programs, running
from tests.support.running import ROOT, WEB, Deployment

ROOT_CERTIFICATE = ".local/share/caddy/pki/authorities/local/root.crt"


@dataclass
class Front:
    """Where it is reached: `web` the process itself, `http` and `https` the proxy."""

    settings: Settings
    home: Path
    web: int
    http: int
    https: int

    def handshake(self, host: str) -> ssl.SSLSocket:
        """A connection for this host, its certificate checked as a browser would."""
        trust = ssl.create_default_context(cafile=str(self.home / ROOT_CERTIFICATE))
        trust.load_verify_locations(str(self.home / "wildcard.pem"))
        trust.check_hostname = not host.endswith(".localhost")  # *.localhost fits for no client
        line = socket.create_connection(("127.0.0.1", self.https), timeout=10)
        try:
            return trust.wrap_socket(line, server_hostname=host)
        except BaseException:
            line.close()
            raise

    def get(self, host: str, path: str = "/", **headers: str) -> tuple[int, str, str]:
        """Status, head and body of a page over https."""
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{self.https}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {text}" for name, text in headers.items()]
        with self.handshake(host) as line:
            return spoken(line, "\r\n".join([*lines, "", ""]).encode())


def asked(port: int, raw: bytes) -> tuple[int, str, str]:
    """Whatever bytes, sent to a port; (0, "", "") when the server just hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        return spoken(line, raw)


def spoken(line: socket.socket, raw: bytes) -> tuple[int, str, str]:
    """Status, head and body of what is answered."""
    line.sendall(raw)
    got = b""
    while chunk := _more(line):
        got += chunk
    head, _, body = got.decode("utf-8", "replace").partition("\r\n\r\n")
    status = head.split(" ", 2)[1:2]
    return int(status[0]) if status else 0, head, body


def _more(line: socket.socket) -> bytes:
    try:
        return line.recv(65536)
    except (ConnectionResetError, ssl.SSLEOFError):
        return b""


@contextmanager
def running_on(made: Settings, home: Path) -> Iterator[Front]:
    """Web process and Caddy, up and answering."""
    program = programs.path_of("caddy")
    web, http, https, ask = running.free_ports(4)
    chosen = replace(made, scheme="https", port=web, public_port=https)
    environment = running.environment(chosen, 1) | {
        "KAMENG_SCHEME": "https",
        "KAMENG_PUBLIC_PORT": str(https),
        "KAMENG_TRUSTED_PROXIES": "127.0.0.1",
    }
    deployment = Deployment(chosen, environment, home, "")
    with ExitStack() as stack:
        command = (*WEB, "--port", str(web), "wsgi:app")
        stack.callback(running.stop, [running.start("web", command, deployment)])
        place = stack.enter_context(programs.folder("kameng-front-"))
        _certificate(place, chosen.base_domain)
        told = {
            "KAMENG_BASE_DOMAIN": chosen.base_domain,
            "KAMENG_UPSTREAM": f"127.0.0.1:{web}",
            "KAMENG_HTTP_PORT": str(http),
            "KAMENG_HTTPS_PORT": str(https),
            "KAMENG_ASK_PORT": str(ask),
            "KAMENG_CERTIFICATE": str(place / "wildcard.pem"),
            "KAMENG_CERTIFICATE_KEY": str(place / "wildcard.key"),
            "KAMENG_ISSUER": "internal",
        }
        words = [f"{name}={text}" for name, text in told.items()]
        (place / "Caddyfile").write_text((ROOT / "docs" / "Caddyfile").read_text())
        caddy = (program, "run", "--config", "Caddyfile", "--adapter", "caddyfile")
        stack.enter_context(programs.running(("env", *words, *caddy), place, https))
        running.wait_for(f"http://127.0.0.1:{web}/", {"Host": chosen.host()})
        yield Front(chosen, place, web, http, https)


def _certificate(place: Path, base: str) -> None:
    """A certificate for the base domain and every name below it, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"*.{base}")])
    names = x509.SubjectAlternativeName([x509.DNSName(base), x509.DNSName(f"*.{base}")])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    (place / "wildcard.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (place / "wildcard.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
