"""What becomes of a refusal."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import status_pb2
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from starlette.requests import Request

from doorward_client.errors import DoorwardError, typed
from service import on_doorward_error

REQUEST = Request({"type": "http"})


def failure(code: grpc.StatusCode, *details: Message) -> grpc.aio.AioRpcError:
    status = status_pb2.Status(code=code.value[0], message="why")
    for detail in details:
        packed = Any()
        packed.Pack(detail)
        status.details.append(packed)
    trailers = grpc.aio.Metadata(("grpc-status-details-bin", status.SerializeToString()))
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailers, "why")


def test_a_refusal_has_all_that_doorward_says() -> None:
    error = DoorwardError.of(
        failure(
            grpc.StatusCode.INVALID_ARGUMENT,
            ErrorInfo(reason="FIELD_INVALID", domain="doorward.dev"),
            BadRequest(field_violations=[BadRequest.FieldViolation(field=name) for name in ("email", "password")]),
            RetryInfo(retry_delay=Duration(seconds=2, nanos=500_000_000)),
        )
    )

    assert (error.reason, error.fields, error.retry_after) == ("FIELD_INVALID", ("email", "password"), 2.5)


def test_the_reason_of_another_service_is_not_doorwards() -> None:
    error = failure(grpc.StatusCode.NOT_FOUND, ErrorInfo(reason="USER_NOT_FOUND", domain="example.com"))

    assert DoorwardError.of(error).reason is None


def test_details_of_another_status_are_not_believed() -> None:
    refusal = failure(grpc.StatusCode.NOT_FOUND, ErrorInfo(reason="USER_NOT_FOUND", domain="doorward.dev"))
    replaced = grpc.aio.AioRpcError(
        grpc.StatusCode.UNAVAILABLE, grpc.aio.Metadata(), refusal.trailing_metadata(), "why"
    )

    assert DoorwardError.of(replaced).reason is None
    assert DoorwardError.of(replaced).is_unavailable


@pytest.mark.parametrize(
    ("code", "reason", "status"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_CREDENTIALS", 401),
        (grpc.StatusCode.FAILED_PRECONDITION, "USER_DISABLED", 403),
        (grpc.StatusCode.ALREADY_EXISTS, "EMAIL_TAKEN", 409),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "HASHING_OVERLOADED", 429),
        (grpc.StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE", 503),
        (grpc.StatusCode.DEADLINE_EXCEEDED, None, 503),
        (grpc.StatusCode.PERMISSION_DENIED, "ROLE_REQUIRED", 502),
        (grpc.StatusCode.UNKNOWN, None, 502),
    ],
)
async def test_a_failure_has_its_status(code: grpc.StatusCode, reason: str | None, status: int) -> None:
    response = await on_doorward_error(REQUEST, DoorwardError(code, "why", reason))

    assert response.status_code == status


@pytest.mark.parametrize(("wait", "header"), [(None, "1"), (0.2, "1"), (2.0, "2"), (2.1, "3")])
async def test_a_wait_is_told_in_whole_seconds(wait: float | None, header: str) -> None:
    error = DoorwardError(grpc.StatusCode.RESOURCE_EXHAUSTED, "why", "TOO_MANY_ATTEMPTS", retry_after=wait)

    assert (await on_doorward_error(REQUEST, error)).headers["retry-after"] == header


async def test_what_a_call_answers_is_handed_on() -> None:
    async def call() -> str:
        return "answer"

    async def failing() -> str:
        raise failure(grpc.StatusCode.UNAVAILABLE)

    assert await typed(call()) == "answer"
    with pytest.raises(DoorwardError):
        await typed(failing())
