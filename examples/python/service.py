"""An HTTP service whose users sign up, in and out, and are known at its protected endpoints."""

from __future__ import annotations

import asyncio
import json
import math
import os
import socket
import sys
import uuid
from typing import TYPE_CHECKING, Any

import uvicorn
from doorward.v1.client_context_pb2 import ClientContext
from doorward.v1.password_service_pb2 import SignInRequest, SignUpRequest
from doorward.v1.session_service_pb2 import RevokeSessionRequest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from doorward_client import Client, DoorwardError, Refusals, SessionMiddleware, SignedIn, typed

if TYPE_CHECKING:
    from starlette.requests import Request

MAX_BODY_BYTES = 1 << 16

STATUSES = {
    "FIELD_INVALID": 400,
    "INVALID_CREDENTIALS": 401,
    "USER_DISABLED": 403,
    "PASSWORD_RESET_REQUIRED": 403,
    "EMAIL_TAKEN": 409,
    "TOO_MANY_ATTEMPTS": 429,
    "RATE_LIMITED": 429,
    "OVERLOADED": 429,
    "HASHING_OVERLOADED": 429,
}


class BodyError(Exception):
    """A request's body is not what was asked for."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class Endpoints:
    """What the service answers."""

    def __init__(self, doorward: Client) -> None:
        self.doorward = doorward

    async def healthz(self, _: Request) -> Response:
        return Response(status_code=204)

    async def cache(self, _: Request) -> Response:
        cache = self.doorward.cache
        return JSONResponse(
            {"hits": cache.hits, "misses": cache.misses, "entries": len(cache), "believed": cache.believed}
        )

    async def sign_up(self, request: Request) -> Response:
        body = await read(request)
        call = SignUpRequest(
            email=text(body, "email") or "",
            password=text(body, "password") or "",
            name=text(body, "name"),
            client_context=context(request),
            request_id=str(uuid.uuid4()),
        )
        return signed_in(201, await typed(self.doorward.passwords.SignUp(call)))

    async def sign_in(self, request: Request) -> Response:
        body = await read(request)
        call = SignInRequest(
            email=text(body, "email") or "",
            password=text(body, "password") or "",
            client_context=context(request),
            request_id=str(uuid.uuid4()),
        )
        return signed_in(200, await typed(self.doorward.passwords.SignIn(call)))

    async def me(self, request: Request) -> Response:
        return JSONResponse({"user": told(SignedIn.of(request).valid.user)})

    async def sign_out(self, request: Request) -> Response:
        call = RevokeSessionRequest(session_token=SignedIn.of(request).token, allow_missing=True)
        await typed(self.doorward.sessions.RevokeSession(call))
        return Response(status_code=204)


def application(doorward: Client) -> Starlette:
    endpoints = Endpoints(doorward)
    session = [Middleware(SessionMiddleware, validator=doorward.validator, refusals=REFUSALS)]
    return Starlette(
        routes=[
            Route("/healthz", endpoints.healthz),
            Route("/cache", endpoints.cache),
            Route("/sign-up", endpoints.sign_up, methods=["POST"]),
            Route("/sign-in", endpoints.sign_in, methods=["POST"]),
            Route("/sign-out", endpoints.sign_out, methods=["POST"], middleware=session),
            Route("/me", endpoints.me, middleware=session),
        ],
        exception_handlers={DoorwardError: on_doorward_error, BodyError: on_body_error},
    )


async def on_doorward_error(_: Request, error: DoorwardError) -> Response:
    if error.is_unavailable:
        return REFUSALS.cannot_tell
    if error.reason == "SESSION_NOT_FOUND":
        return REFUSALS.no_session
    status = STATUSES.get(error.reason or "", 502)
    headers = {"Retry-After": str(max(1, math.ceil(error.retry_after or 0)))} if status == 429 else {}
    more = {"fields": list(error.fields)} if error.fields else {}
    return problem(status, error.reason or "UNEXPECTED", str(error), headers, more)


async def on_body_error(_: Request, error: BodyError) -> Response:
    return problem(error.status, error.reason, str(error))


def problem(
    status: int,
    reason: str,
    message: str,
    headers: dict[str, str] | None = None,
    more: dict[str, Any] | None = None,
) -> Response:
    return JSONResponse({"reason": reason, "message": message, **(more or {})}, status, headers)


# RFC 6750, 3.
REFUSALS = Refusals(
    no_token=problem(401, "TOKEN_MISSING", "Authorization: Bearer TOKEN is missing", {"WWW-Authenticate": "Bearer"}),
    no_session=problem(
        401, "SESSION_NOT_FOUND", "there is no such session", {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    ),
    cannot_tell=problem(503, "UNAVAILABLE", "this can't be told or done just now", {"Retry-After": "1"}),
)


async def read(request: Request) -> dict[str, Any]:
    """Read the JSON object that a request brings."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BodyError(413, "BODY_TOO_LARGE", "expected: at most 64 KiB")
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise BodyError(400, "BODY_INVALID", "expected: a JSON object")
    return parsed


def text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None or (isinstance(value, str) and is_text(value)):
        return value
    raise BodyError(400, "BODY_INVALID", f"{name} (expected: a text)")


def is_text(value: str) -> bool:
    """Half a surrogate pair is none."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def context(request: Request) -> ClientContext:
    """Who asks, so that Doorward can slow guessing down. Behind a proxy, it is the proxy that tells the address."""
    return ClientContext(
        ip_address=request.client.host if request.client else None, user_agent=request.headers.get("user-agent")
    )


def signed_in(status: int, answer: Any) -> Response:
    return JSONResponse({"token": answer.session.session_token, "user": told(answer.user)}, status)


def told(user: Any) -> dict[str, Any]:
    """Tell of a user what everybody may know."""
    return {
        "id": user.id,
        "email": user.email,
        "emailVerified": user.email_verified,
        "name": user.name if user.HasField("name") else None,
    }


async def main() -> None:
    async with Client(os.environ["DOORWARD_TARGET"], os.environ["DOORWARD_KEY_FILE"]) as doorward:
        server = uvicorn.Server(uvicorn.Config(application(doorward), log_level="warning", access_log=False))
        with socket.create_server(("127.0.0.1", int(os.environ["PORT"]))) as listener:
            sys.stdout.write(f"listening on 127.0.0.1:{listener.getsockname()[1]}\n")
            sys.stdout.flush()
            await server.serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(main())
