"""A tenant's Graph that answers from a table: requests are built by the real SDK, no network is used."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from kiota_abstractions.authentication import AnonymousAuthenticationProvider
from kiota_abstractions.request_information import RequestInformation
from msgraph import GraphServiceClient
from msgraph.graph_request_adapter import GraphRequestAdapter

from tenants.microsoft.errors import NotFound
from tenants.microsoft.graph import Graph

BASE = "https://graph.example/v1.0"


class FakeGraph(Graph):
    """`answers`: path → JSON, list of JSON, or the error to raise. What is not there is not found."""

    def __init__(self, answers: dict[str, Any]) -> None:
        adapter = GraphRequestAdapter(AnonymousAuthenticationProvider())
        adapter.base_url = BASE
        self.tenant_id = "n0000000-0000-4000-8000-000000000001"
        self.client = GraphServiceClient(request_adapter=adapter)
        self.answers = answers
        self.filters: list[str] = []

    async def get(self, request: RequestInformation) -> dict[str, Any]:
        answer: dict[str, Any] = self._answer(request)
        return answer

    async def pages(self, request: RequestInformation) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = self._answer(request)
        return answer

    def _answer(self, request: RequestInformation) -> Any:
        request.path_parameters["baseurl"] = BASE
        url = urlsplit(request.url)
        self.filters += parse_qs(url.query).get("$filter", []) + parse_qs(url.query).get("%24filter", [])
        answer = self.answers.get(unquote(url.path).removeprefix("/v1.0/"), NotFound())
        if callable(answer):
            answer = answer(self.filters[-1])
        if isinstance(answer, Exception):
            raise answer
        return answer
