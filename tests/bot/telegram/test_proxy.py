"""Through proxies: forwarding, tunnelling, refusing and missing ones."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.telegram.request import AiohttpRequest
from bot.platforms.telegram.request_errors import GatewayError, NotSent, UnsupportedProxy
from tests.bot.telegram.servers import OK, TLS, TOKEN, proxying, serving
from tests.bot.telegram.tools import HELLO, everything_told, free_port, transport

# ---- proxies ----


async def test_a_plain_call_goes_through_a_forwarding_proxy() -> None:
    async with serving(OK) as server, proxying() as proxy, transport(proxy=proxy.url()) as request:
        assert (await request.post_json(server.url(), HELLO))[0] == 200
    assert proxy.lines == [f"POST {server.url()} HTTP/1.1"]
    assert server.requests[0].json == HELLO


async def test_an_encrypted_call_goes_through_a_tunnel_with_a_password() -> None:
    async with serving(OK, tls=True) as server, proxying(password="lin:a b:c") as proxy:
        address = proxy.url("lin:a%20b%3Ac@")
        async with transport(proxy=address, ca_file=TLS / "local.pem", connect_timeout=5) as request:
            assert (await request.post_json(server.url(), HELLO))[0] == 200
    assert proxy.lines == [f"CONNECT localhost:{server.port} HTTP/1.1"]
    assert "proxy-authorization" not in server.requests[0].headers


BAD_TUNNELS: list[tuple[str, dict[str, Any]]] = [
    ("the proxy wants another password", {"password": "lin:right"}),
    ("the proxy hangs up", {"broken": True}),
]


@pytest.mark.parametrize("how", [row[1] for row in BAD_TUNNELS], ids=[row[0] for row in BAD_TUNNELS])
async def test_a_tunnel_that_fails_means_not_sent(how: dict[str, Any]) -> None:
    async with (
        serving(OK, tls=True) as server,
        proxying(**how) as proxy,
        transport(proxy=proxy.url("lin:wrong@")) as request,
    ):
        with pytest.raises(NotSent) as caught:
            await request.post_json(server.url(), HELLO)
    assert server.requests == []
    assert TOKEN not in everything_told(caught.value)
    assert "wrong" not in everything_told(caught.value)


async def test_no_proxy_there_means_not_sent() -> None:
    async with serving(OK) as server, transport(proxy=f"http://127.0.0.1:{free_port()}") as request:
        with pytest.raises(NotSent):
            await request.post_json(server.url(), HELLO)
    assert server.requests == []


async def test_a_forwarding_proxy_that_refuses_is_not_taken_for_telegram() -> None:
    async with (
        serving(OK) as server,
        proxying(password="lin:right") as proxy,
        transport(proxy=proxy.url()) as request,
    ):
        with pytest.raises(GatewayError) as caught:
            await request.post_json(server.url(), HELLO)
    assert caught.value.status == 407


PROXIES: list[tuple[str, str]] = [
    ("socks5://127.0.0.1:1080", "SOCKS"),
    ("socks5h://lin:geheim@host:1080", "SOCKS"),
    ("127.0.0.1:7890", "must look like"),
    ("http://", "must look like"),
    ("http://lin:geheim@host:notaport", "must look like"),
    ("http://lin:geheim%E5%AF%86@host:8080", "plain Latin"),
]


@pytest.mark.parametrize(("proxy", "words"), PROXIES)
def test_a_proxy_that_cannot_be_used_is_said_at_once(proxy: str, words: str) -> None:
    with pytest.raises(UnsupportedProxy, match=words) as caught:
        AiohttpRequest(proxy=proxy)
    assert "geheim" not in everything_told(caught.value)


@pytest.mark.parametrize("proxy", [None, "", "  "])
def test_no_proxy_is_no_fault(proxy: str | None) -> None:
    AiohttpRequest(proxy=proxy)
