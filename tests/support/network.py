"""No test leaves the machine: a connection to anything but loopback fails by name."""

import ipaddress
import socket
from typing import Any

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


class LeftTheMachineError(PermissionError):
    """A test tried to reach `address`."""


def stay_on_this_machine() -> None:
    """From now on, sockets of this process reach loopback and nothing else."""
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = _guarded_getaddrinfo


def is_loopback(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


def _check(connection: socket.socket, address: Any) -> None:
    if connection.family in {socket.AF_INET, socket.AF_INET6} and not is_loopback(address[0]):
        raise LeftTheMachineError(address)


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _check(self, address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _check(self, address)
    return _connect_ex(self, address)


def _guarded_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
    if not is_loopback(host):
        try:
            ipaddress.ip_address(str(host))
        except ValueError:
            raise LeftTheMachineError(host) from None
    return _getaddrinfo(host, *arguments, **options)
