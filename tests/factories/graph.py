"""Requests to the GraphQL door."""

from typing import Any

import httpx

PATH = "/graphql"


async def ask(client: httpx.AsyncClient, headers: dict[str, str], query: str, **variables: Any) -> dict[str, Any]:
    """The answer to a document, which the door understood (status 200)."""
    answer = await client.post(PATH, json={"query": query, "variables": variables}, headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def data(client: httpx.AsyncClient, headers: dict[str, str], query: str, **variables: Any) -> dict[str, Any]:
    """The data of an answer without errors."""
    body = await ask(client, headers, query, **variables)
    assert "errors" not in body, body["errors"]
    found: dict[str, Any] = body["data"]
    return found


def codes(body: dict[str, Any]) -> list[str]:
    """The codes of an answer's errors, in order."""
    return [error["extensions"]["code"] for error in body.get("errors", [])]
