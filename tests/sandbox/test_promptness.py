"""The sandbox answers at once: no call waits for anything but the latency somebody chose."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import httpx

from sandbox.cloud import Cloud
from sandbox.server import Running


def test_an_answer_is_not_held_back_until_the_one_before_it_is_acknowledged(world: Cloud, pki: Path) -> None:
    """Nagle's algorithm and delayed acknowledgements cost 40 ms a call together."""
    running = Running(world, pki)
    trust = ssl.create_default_context(cafile=str(pki / "ca.pem"))
    with running as origin, httpx.Client(base_url=origin, verify=trust, trust_env=False) as client:
        client.get("/common/v2.0/.well-known/openid-configuration").raise_for_status()
        (connection,) = running.server.server_state.connections
        served = connection.transport.get_extra_info("socket")
        assert served.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
