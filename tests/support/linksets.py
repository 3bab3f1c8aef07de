"""What tests of the resolver share: the namespace, and the linkset of an address."""

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient

LINKSET = "application/linkset+json"
VOC = "https://gs1.org/voc/"


def linkset_of(client: FlaskClient, path: str, **headers: str) -> list[dict[str, Any]]:
    """The things of the linkset of `path`, the broadest first."""
    answer = client.get(f"{path}?linkType=linkset", headers=headers)
    assert answer.status_code == 200
    linkset: list[dict[str, Any]] = answer.get_json()["linkset"]
    return linkset


def kinds(thing: Mapping[str, Any]) -> set[str]:
    """Names of the link types of a thing."""
    return {name.removeprefix(VOC) for name in thing if name.startswith(VOC)}
