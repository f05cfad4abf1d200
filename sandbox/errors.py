"""What the sandbox says when it says no: Graph's envelope for Graph, OAuth's for the login pages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse


class GraphError(Exception):
    """Raised anywhere below /v1.0/; app.py turns it into Graph's envelope."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = dict(headers or {})

    def envelope(self, request_id: str, client_request_id: str) -> dict[str, Any]:
        """Also for the answers inside a $batch."""
        date = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
        inner = {"date": date, "request-id": request_id, "client-request-id": client_request_id}
        error: dict[str, Any] = {"code": self.code, "message": self.message, "innerError": inner}
        if self.details:
            error["details"] = self.details
        return {"error": error}


class LoginError(Exception):
    """Raised by the login pages: an OAuth error with Microsoft's AADSTS number."""

    def __init__(self, status: int, error: str, number: int, text: str) -> None:
        super().__init__(f"AADSTS{number}: {text}")
        self.status = status
        self.error = error
        self.number = number
        self.text = text


def graph_answer(headers: Headers, error: GraphError) -> JSONResponse:
    request_id = str(uuid.uuid4())
    client_id = headers.get("client-request-id", request_id)
    stamp = {"request-id": request_id, "client-request-id": client_id}
    return JSONResponse(error.envelope(request_id, client_id), error.status, {**error.headers, **stamp})


def login_answer(error: LoginError) -> JSONResponse:
    trace = {"trace_id": str(uuid.uuid4()), "correlation_id": str(uuid.uuid4())}
    body = {"error": error.error, "error_description": str(error), "error_codes": [error.number], **trace}
    return JSONResponse(body, error.status)
