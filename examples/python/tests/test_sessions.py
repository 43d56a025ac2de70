"""Which requests bring a token, and which targets are this machine."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from doorward_client.client import is_loopback
from doorward_client.sessions import bearer


@pytest.mark.parametrize("value", ["Bearer token", "bearer token", "BEARER   token  "])
def test_a_token_is_read(value: str) -> None:
    assert bearer(Headers({"Authorization": value})) == "token"


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Bearertoken", "Basic token"])
def test_what_is_no_token_is_none(value: str) -> None:
    assert bearer(Headers({"Authorization": value})) is None


def test_two_tokens_are_none() -> None:
    raw = [(b"authorization", b"Bearer one"), (b"authorization", b"Bearer two")]
    assert bearer(Headers(raw=raw)) is None
    assert bearer(Headers()) is None


@pytest.mark.parametrize("target", ["localhost:50051", "127.0.0.1:1", "127.8.9.10:50051", "[::1]:50051"])
def test_this_machine(target: str) -> None:
    assert is_loopback(target)


@pytest.mark.parametrize(
    "target", ["doorward:50051", "localhost", "localhost.example.com:1", "127.0.0.1.example.com:1", "10.0.0.1:50051"]
)
def test_another_machine(target: str) -> None:
    assert not is_loopback(target)
