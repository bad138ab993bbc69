"""Ports: which one to listen on, and a plain word where that cannot be."""

import errno
import socket

from local.errors import LocalError

HOST = "127.0.0.1"


def listening(port: int) -> socket.socket:
    """Return a socket that listens on the port, on this computer only. Raises LocalError."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
        door.listen(512)
    except OSError as error:
        door.close()
        raise LocalError(_reason(port, error)) from error
    return door


def check_free(port: int) -> None:
    """Raise LocalError where the port cannot be listened on."""
    listening(port).close()


def endpoint_socket(remembered: int | None) -> socket.socket:
    """Return a listening socket for the emulated AWS: the remembered port, or any free one."""
    if remembered:
        try:
            return listening(remembered)
        except LocalError:
            pass
    return listening(0)


def number(text: str) -> int:
    """Return the port that a person asked for. Raises LocalError."""
    port = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= port <= 65535:
        raise LocalError(f"PORT is {text!r}; it must be a number from 1 to 65535, as PORT=8081.")
    return port


def _reason(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. "
            f"Stop that, or choose another port: make run PORT={port + 1 if port < 65535 else 8080}"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the system. Choose one above 1023: make run PORT=8080"
    return f"Port {port} cannot be listened on: {error.strerror}. Try another: make run PORT=8081"
