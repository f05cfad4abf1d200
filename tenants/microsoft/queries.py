"""Requests with a query, built with the SDK's own classes, so that no other room imports the SDK."""

from __future__ import annotations

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from tenants.microsoft.graph import Graph


def quoted(text: str) -> str:
    """Text for between single quotes in OData. A quote is the only character with a meaning there."""
    return text.replace("'", "''")


def groups_named(graph: Graph, name: str, select: list[str]) -> RequestInformation:
    query = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(
        filter=f"displayName eq '{quoted(name)}'", select=select
    )
    config = RequestConfiguration(query_parameters=query)
    request: RequestInformation = graph.client.groups.to_get_request_information(config)
    return request


def users_where(graph: Graph, name: str, value: str, select: list[str]) -> RequestInformation:
    """The users whose property `name` is exactly `value`."""
    query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        filter=f"{name} eq '{quoted(value)}'", select=select
    )
    config = RequestConfiguration(query_parameters=query)
    request: RequestInformation = graph.client.users.to_get_request_information(config)
    return request
