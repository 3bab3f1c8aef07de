"""Odd requests by key break neither the program nor what the document says."""

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core import limits
from core.db import db
from tests.support.api_shop import make_shop

pytestmark = pytest.mark.usefixtures("db_session")

BY_KEY = ("/api/v1/listings", "/api/v1/packs", "/api/v1/stock", "/api/v1/prices")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_odd_requests_are_answered_as_described(app, client, mode, monkeypatch):
    monkeypatch.setattr(limits._Limits, "hit", lambda *_arguments: True)
    shop = make_shop(client)
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    statuses = set()

    for result in api.get_all_operations():
        operation = result.ok()
        if not operation.path.startswith(BY_KEY):
            continue

        @settings(
            max_examples=25,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case):
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {shop.key}"}
            if "pack_id" in (case.path_parameters or {}) and isinstance(case.path_parameters["pack_id"], int):
                case.path_parameters["pack_id"] = shop.pack_id
            if "listing_id" in (case.path_parameters or {}) and isinstance(
                case.path_parameters["listing_id"], int
            ):
                case.path_parameters["listing_id"] = shop.product_id
            answer = case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})
            statuses.add(answer.status_code)
            db.session.rollback()

        send()

    wanted = {200, 201, 204} if mode is schemathesis.GenerationMode.POSITIVE else {400, 422}
    assert wanted <= statuses


def test_every_address_by_key_tells_its_scope_as_the_code_has_it(app, client):
    document = client.get("/api/v1/openapi.json").json
    found = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        # Telephones of booths prove themselves by keys of their own, which have no scope (docs/booth.md).
        if getattr(view, "access", "") == "key" and hasattr(view, "scope"):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                found[method.lower(), path] = view.scope

    told = {
        (method, path): operation["description"].removeprefix("Scope: `").partition("`")[0]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if operation.get("security")
    }

    assert told == {place: str(scope) for place, scope in found.items()}
    assert len(told) == 19
