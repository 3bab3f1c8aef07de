"""The one door to outgoing HTTP: short questions to other computers, asked so that nobody can make us ask our own.

An address is resolved once, judged, and that very address is connected to: a name that answers otherwise the second
time (DNS rebinding) leads nowhere. Redirects are not followed, proxies of the environment not used.
Sources: OWASP SSRF Prevention Cheat Sheet; IANA special-purpose address registries; RFC 9110.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Thread, Timer
from time import monotonic
from typing import Final
from urllib.parse import SplitResult, urlsplit

from core.errors import InvalidError

BODY_MAX_BYTES: Final = 64 * 1024
"""What is read of an answer; the rest is left."""
URL_MAX_CHARS: Final = 500
PORTS: Final = frozenset({443, 8443})
"""Where strangers' receivers may listen: no door to try the other services of a computer."""

# Source: IANA IPv4 Special-Purpose Address Registry; multicast RFC 5771; Azure's platform address is not in it.
_NOT_PUBLIC: Final[tuple[IPv4Network | IPv6Network, ...]] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        # Within 2000::/3: protocol assignments, documentation, 6to4 (holds an IPv4 address).
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_PUBLIC_IPV6: Final = ip_network("2000::/3")
"""All that IANA has given out. Mapped, translated, local and multicast addresses lie outside."""


class AddressRefusedError(InvalidError):
    """This address is not asked. `reason`: malformed, not_https, port, user, not_public, unknown_name."""


class NoAnswerError(OSError):
    """The other side did not answer as HTTP within the time. Whether it took the question is not known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. body: its first `BODY_MAX_BYTES` bytes."""

    status: int
    body: bytes


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, timeout_seconds: float, is_trusted: bool
) -> Answer:
    """POST `body` to `url` and return what is answered, whatever the status; a redirect is an answer like any other.

    timeout_seconds: for all of it, from the name to the last byte. is_trusted: the operator chose the address
    (a gateway of the settings): plain http, any port and private addresses are then allowed. Never call it inside
    a transaction. Raises AddressRefusedError before anything is sent, NoAnswerError.
    """
    deadline = monotonic() + timeout_seconds
    parts = checked_url(url, is_trusted=is_trusted)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _resolve(parts.hostname or "", port, deadline)
    if not is_trusted and not all(is_public(address) for address in addresses):
        raise AddressRefusedError(reason="not_public")
    try:
        with _connected(addresses, port, deadline) as plain, _within(plain, deadline):
            return _ask(plain, parts, body, headers)
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswerError(type(error).__name__) from error


def checked_url(url: str, *, is_trusted: bool = False) -> SplitResult:
    """The parts of `url` if it may be asked as far as its text tells; its name is not looked up.

    Raises AddressRefusedError.
    """
    if len(url) > URL_MAX_CHARS or any(not "!" <= letter <= "~" for letter in url) or "\\" in url:
        raise AddressRefusedError(reason="malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefusedError(reason="malformed") from None
    if parts.scheme != "https" and not (is_trusted and parts.scheme == "http"):
        raise AddressRefusedError(reason="not_https")
    if parts.username is not None or parts.password is not None:
        raise AddressRefusedError(reason="user")
    if not _is_host(parts.hostname or ""):
        raise AddressRefusedError(reason="malformed")
    if not is_trusted and (port or 443) not in PORTS:
        raise AddressRefusedError(reason="port")
    if not is_trusted and _is_literal(parts.hostname or "") and not is_public(parts.hostname or ""):
        raise AddressRefusedError(reason="not_public")
    return parts


def is_public(address: str) -> bool:
    """Whether `address`, an IPv4 or IPv6 address as text, is one computer of the public internet."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and (parsed.scope_id or parsed not in _PUBLIC_IPV6):
        return False
    return not any(parsed in network for network in _NOT_PUBLIC if network.version == parsed.version)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_host(host: str) -> bool:
    """A name or a plain address. What ends in a number is an address, also «2130706433», «0x7f.1» and «0177.0.0.1»,
    which some programs read and others do not: only the usual way of writing it is taken. Source: WHATWG URL, 3.5."""
    if _is_literal(host):
        return "%" not in host
    labels = host.removesuffix(".").split(".")
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        return False
    return all(
        0 < len(label) < 64
        and not label.startswith("-")
        and label.replace("-", "").replace("_", "").isalnum()
        for label in labels
    )


def _resolve(host: str, port: int, deadline: float) -> list[str]:
    """Addresses of `host`, asked for once. The system's resolver knows no time limit, so it waits on a thread."""
    found: list[str] = []

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(str(row[4][0]) for row in rows))

    thread = Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - monotonic()))
    if thread.is_alive():
        raise NoAnswerError("the name was not looked up in time")
    if not found:
        raise AddressRefusedError(reason="unknown_name")
    return found


@contextmanager
def _connected(addresses: list[str], port: int, deadline: float) -> Iterator[socket.socket]:
    last: OSError = NoAnswerError("no address")
    for address in addresses:
        remaining = deadline - monotonic()
        if remaining <= 0:
            break
        try:
            made = socket.create_connection((address, port), timeout=remaining)
        except OSError as error:
            last = error
            continue
        with made:
            yield made
        return
    raise last


@contextmanager
def _within(connection: socket.socket, deadline: float) -> Iterator[None]:
    """Cut the connection at the deadline, also where the other side sends a byte now and then."""
    guard = connection.dup()
    is_cut = False

    def cut() -> None:
        nonlocal is_cut
        is_cut = True
        try:
            guard.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other side was faster

    timer = Timer(max(0.0, deadline - monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        guard.close()
        if is_cut:
            raise NoAnswerError("no whole answer in time")


def _ask(plain: socket.socket, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> Answer:
    host = parts.hostname or ""
    connection = HTTPConnection(f"[{host}]" if ":" in host else host, parts.port or 80)
    if parts.scheme == "https":
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    else:
        connection.sock = plain
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        told = {"Host": parts.netloc, "Connection": "close", "Accept-Encoding": "identity", **headers}
        connection.request("POST", path, body, told)
        answered = connection.getresponse()
        return Answer(answered.status, answered.read(BODY_MAX_BYTES))
    finally:
        connection.close()
