"""A place for a server to listen on."""

from __future__ import annotations

import errno
import socket

from bot.settings import SettingsError


def listening(host: str, port: int, *, tries: int = 20) -> socket.socket:
    """Return a socket on the port, or on the next free one of so many.

    Raises `SettingsError` when there is none.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = min(port + tries, 65_536)
    for candidate in range(port, last):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            # Not before it listens is a port really ours.
            listener.listen()
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise SettingsError(
                    f"--port cannot be {candidate} ({error.strerror}). Choose another one."
                ) from None
        else:
            return listener
    if tries == 1:
        raise SettingsError(f"Port {port} is taken. Choose another --port.")
    raise SettingsError(f"The ports {port} to {last - 1} are taken. Choose another --port.")
