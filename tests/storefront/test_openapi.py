"""The OpenAPI document and the code say the same."""

import json
import re
import runpy
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
)

from core import clock as present
from core.db import transaction
from storefront.api.openapi import DOCUMENT
from tests import factories
from tests.traceability.conftest import codes_of
from traceability.operations.lots import open_lot
from traceability.operations.stamps import issue_stamps, withdraw_stamp

ROOT = Path(__file__).resolve().parents[2]
# Addresses of producers' own systems; `tests/catalog/test_openapi_own.py` tries those. Of events and lots:
# tests/traceability/test_epcis_*.py, against the schema of EPCIS.
BY_KEY = ("/api/v1/listings", "/api/v1/packs", "/api/v1/stock", "/api/v1/prices")
EVENTS = ("/api/v1/epcis", "/api/v1/lots", "/api/v1/dpp")
CONTENT = ("application/json", "application/problem+json")

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json


def test_the_file_is_what_the_code_says():
    assert runpy.run_path(str(ROOT / "scripts" / "openapi.py"))["text"]() == DOCUMENT.read_text(
        encoding="utf-8"
    )


def test_it_is_openapi_3_1_and_names_the_site(document):
    validate(document)

    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "http://market.test"}]


def test_every_address_of_the_api_is_described_and_no_other(app, document):
    addresses = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        # What telephones of booths use among themselves and us is told in docs/booth.md.
        if rule.rule.startswith("/api/") and not rule.rule.startswith("/api/v1/booth/")
    }

    assert addresses == set(document["paths"])


def test_every_field_and_parameter_is_explained(document):
    fields = [
        (name, field, facts)
        for name, schema in document["components"]["schemas"].items()
        for field, facts in schema.get("properties", {}).items()
    ]

    assert [(name, field) for name, field, facts in fields if not facts.get("description")] == []
    assert len(fields) > 100
    for operations in document["paths"].values():
        for operation in operations.values():
            assert all(each["description"] for each in operation.get("parameters", ()))


def test_every_answer_fits_its_schema(client, document):
    stamps = furnish()
    goods = ["keo-dua", "mam", "tour", "het-han", "rut"]
    seen = {
        "/api/v1/products": [
            "",
            "?q=kẹo",
            "?stars=4&province=vinh-long",
            "?page=9",
            "?page=0",
            "?x=1",
            "?state=none",
        ],
        "/api/v1/products/{slug}": [*goods, "khong-co"],
        "/api/v1/producers/{slug}": ["htx", "khong-co"],
        "/api/v1/stamps/{code}": stamps,
        "/api/v1/recalls": ["", "?gtin=08938505970127&lot=L1", "?gtin=1", "?lot=a&lot=b", "?x=1"],
        "/api/v1/offline-packs/{name}": ["khong-co"],
        "/api/v1/openapi.json": [""],
        "/api/v1/log/root": [""],
        "/api/v1/log/entries": ["", "?start=2", "?start=99", "?start=x"],
        "/api/v1/log/entries/{seq}": ["0", "99"],
        "/api/v1/log/consistency/{old_size}": ["1", "0", "99"],
    }
    assert set(seen) == {path for path in document["paths"] if not path.startswith(BY_KEY + EVENTS)}

    statuses = set()
    for path, endings in seen.items():
        for ending in endings:
            answer = client.get(re.sub(r"\{\w+\}", "", path) + ending)
            statuses.add((path, answer.status_code))
            described = document["paths"][path]["get"]["responses"][str(answer.status_code)]["content"]
            schema = {**described[answer.mimetype]["schema"], "components": document["components"]}
            Draft202012Validator(schema).validate(json.loads(answer.data))

    assert {status for path, status in statuses if path.endswith("{code}")} == {200, 404, 410}
    assert {status for path, status in statuses if path == "/api/v1/products"} == {200, 422}
    assert {status for path, status in statuses if path.endswith("{slug}")} == {200, 404}


def test_a_field_that_is_missing_or_unknown_breaks_the_schema(client, document):
    factories.make_product(slug="keo-dua")
    item = client.get("/api/v1/products").json["items"][0]
    schema = {"$ref": "#/components/schemas/ProductJson", "components": document["components"]}
    checked = Draft202012Validator(schema)

    assert checked.is_valid(item)
    assert not checked.is_valid({name: value for name, value in item.items() if name != "price_vnd"})
    assert not checked.is_valid(item | {"rating": 5})
    assert not checked.is_valid(item | {"stars": 2})


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_odd_requests_break_neither_the_program_nor_the_schema(app):
    furnish()
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    tried = []

    for result in api.get_all_operations():
        operation = result.ok()
        if operation.path.startswith(BY_KEY + EVENTS):
            continue
        for mode in schemathesis.GenerationMode:
            if (
                mode is schemathesis.GenerationMode.NEGATIVE
                and not operation.query
                and not operation.path_parameters
            ):
                continue

            @settings(
                max_examples=25,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @schemathesis_cases(operation, mode)
            def send(case):
                tried.append(case)
                case.call_and_validate(checks=checks_for(case), headers={"Accept-Encoding": "identity"})

            send()

    assert len(tried) > 100


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    positive_data_acceptance,
    negative_data_rejection,
]


def checks_for(case):
    """All checks, but what is forgiven on purpose need not be refused: an empty value counts as not given."""
    values = [
        each
        for value in (case.query or {}).values()
        for each in (value if isinstance(value, list) else [value])
    ]
    is_forgiven = not values or any(each in ("", None, []) for each in values)
    return [check for check in CHECKS if not (is_forgiven and check is negative_data_rejection)]


def schemathesis_cases(operation, mode):
    return given(case=operation.as_strategy(generation_mode=mode))


@pytest.mark.once
def test_web_processes_do_without_pydantic():
    code = "import sys, wsgi; print(sorted({'pydantic', 'spectree', 'jsonschema'} & set(sys.modules)))"

    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"


def furnish():
    """Products of every kind; codes of a stamp that is good, one withdrawn, one unknown and one mistyped."""
    producer = factories.make_producer(slug="htx")
    goods = factories.make_product(slug="keo-dua", producer=producer, is_demonstration=True)
    factories.make_register_entry(slug="mam", certification={"decision_number": None, "expires_on": None})
    factories.make_product(slug="tour", group_no=6, variants=[], certification=None)
    factories.make_register_entry(
        slug="het-han", certification={"decided_on": date(2022, 5, 1), "expires_on": date(2025, 5, 1)}
    )
    factories.make_register_entry(slug="rut", certification={"revoked_on": date(2026, 1, 5)})
    now = present.now()
    with transaction():
        lot = open_lot(goods, code="L1", quantity=10, produced_on=date(2026, 11, 1), expires_on=None, now=now)
        good, withdrawn = codes_of(issue_stamps(lot, 2, now=now))
        withdraw_stamp(withdrawn, reason="in hỏng", now=now)
    return [good, withdrawn, "0" * 13, "7K3Q"]
