"""Python without a network: whoever asks for an address or a connection is refused."""

import socket


def _refuse(*_: object, **__: object) -> None:
    raise OSError("the network is unplugged")


socket.getaddrinfo = _refuse
socket.create_connection = _refuse
socket.socket.connect = _refuse
