"""Codes of stamps that producers' systems hand in with events are told to nobody: how many packs of which lot is."""

import json
import re
from urllib.parse import unquote

import pytest
from jsonschema import Draft7Validator
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from tests.support.vectors import vectors_json
from tests.traceability.epcis_shop import EPCIS, GTIN, Shop, document_of, event_of, events_in
from traceability.epcis.event_hash import hash_id
from traceability.epcis.rules import document_faults
from traceability.models import Stamp
from traceability.models.epcis import EpcisEvent
from traceability.operations.stamps import issue_stamps
from traceability.stamp_codes import grouped

pytestmark = pytest.mark.usefixtures("db_session")

LOT = f"https://id.gs1.org/01/{GTIN}/10/L1"
ELSEWHERE = "https://id.gs1.org/01/09521234599991/21/7"
CARTON = "https://id.gs1.org/00/195212300000000014"
FIELDS = (
    {"epcList": ["A", "B"], "quantityList": None},
    {"epcList": ["A", ELSEWHERE]},
    {
        "type": "AggregationEvent",
        "parentID": "A",
        "childEPCs": ["B", CARTON],
        "quantityList": None,
    },
    {
        "type": "TransformationEvent",
        "action": None,
        "quantityList": None,
        "inputEPCList": ["A"],
        "outputEPCList": ["B"],
    },
    {"quantityList": [{"epcClass": "A"}], "ex:note": "lot B, b!", "ex:list": [{"x": "A"}]},
    {"epcList": ["B"], "eventID": "https://example.org/A"},
)
"""Of events that name two packs, A and B, in all ways."""


class CodeShop(Shop):
    """A shop whose system handed in events with the codes of two packs."""

    def __init__(self, client):
        super().__init__(client)
        with transaction():
            run = issue_stamps(db.session.merge(self.lot), 2, now=clock.now())
        stamps = select(Stamp.code).where(Stamp.run_id == run.id).order_by(Stamp.id)
        self.codes = db.session.scalars(stamps).all()
        self.first = f"https://id.gs1.org/01/{GTIN}/21/{self.codes[0]}"
        second = f"http://market.test/T/{self.codes[1].lower()}"
        text = json.dumps([event_of(number, **change) for number, change in enumerate(FIELDS, 1)])
        text = text.replace("/A", f"/{self.codes[0]}")
        text = text.replace('"A"', json.dumps(self.first)).replace('"B"', json.dumps(second))
        text = text.replace("B, b", f"{grouped(self.codes[1])}, {self.codes[1].lower()}")
        self.handed_in = json.loads(text)
        made = self.post("capture", document_of(*self.handed_in))
        assert (made.json["errors"], made.json["capturedCount"]) == ([], len(FIELDS))

    def shown(self, path):
        """The answer at an address, in which no code stands however it is written."""
        answer = self.client.get(path if path.startswith("/") else f"{EPCIS}/{path}")
        plain = re.sub(r"[-\s]", "", unquote(answer.text)).upper()
        assert answer.status_code == 200
        assert [plain[max(0, plain.find(code) - 60) :][:90] for code in self.codes if code in plain] == [], (
            path
        )
        return answer

    def told(self):
        """The events that were handed in, as they are told, in the order of `FIELDS`."""
        by_time = {}
        for each in events_in(self.shown("events?perPage=100")):
            by_time[each["eventTime"]] = each
        return [by_time[event_of(number)["eventTime"]] for number in range(1, len(FIELDS) + 1)]


@pytest.fixture
def shop(client):
    return CodeShop(client)


def packs(count):
    return {"epcClass": LOT, "quantity": count}


def test_packs_are_told_as_packs_of_their_lot(shop):
    listed, beside, packed, made, words, named = shop.told()

    assert ("epcList" in listed, listed["quantityList"]) == (False, [packs(2)])
    assert (beside["epcList"], beside["quantityList"]) == ([ELSEWHERE], [packs(2), packs(1)])
    assert (packed["parentID"], packed["childEPCs"]) == (LOT, [CARTON])
    assert packed["childQuantityList"] == [packs(1)]
    assert made["inputQuantityList"] == made["outputQuantityList"] == [packs(1)]
    assert (words["ex:note"], words["ex:list"]) == ("lot *, *!", [{"x": LOT}])
    assert words["quantityList"] == [{"epcClass": LOT}]
    assert named["eventID"].startswith("ni:///sha-256;")
    told = [each["ocop:codesLeftOut"] for each in (listed, beside, packed, made, words, named)]
    assert told == [2, 1, 2, 2, 2, 2]


def test_the_answer_is_valid_by_the_published_schema(shop):
    schema = Draft7Validator(
        vectors_json("epcis-schema", "epcis-json-schema.json"), format_checker=Draft7Validator.FORMAT_CHECKER
    )

    answer = shop.shown("events?perPage=100").json

    assert [error.message for error in schema.iter_errors(answer)] == []
    assert document_faults(answer) == []


def test_no_address_tells_a_code(shop):
    shop.post("queries", {"name": "goi", "query": {"MATCH_epc": [shop.first]}})
    hashes = db.session.scalars(select(EpcisEvent.event_hash)).all()

    for path in ("queries", "queries/goi", f"/api/v1/lots/{shop.lot_id}/epcis"):
        shop.shown(path)
    for each in hashes:
        shop.shown(f"events/{each}")

    assert len(hashes) == len(FIELDS) + 1
    found = [len(events_in(shop.shown(f"events?MATCH_{name}={shop.first}"))) for name in ("epc", "anyEPC")]
    assert found == [2, 4]
    assert len(events_in(shop.shown("queries/goi/events"))) == 2


def test_what_events_name_is_gone_through_without_codes(shop):
    whole = shop.shown("epcs?perPage=100").json["member"]
    page, names = shop.shown("epcs?perPage=1"), []
    while link := page.headers.get("Link"):
        names += page.json["member"]
        page = shop.shown(link.partition(">")[0].removeprefix("<http://market.test"))

    assert whole == [CARTON, LOT, ELSEWHERE]
    assert [*names, *page.json["member"]] == whole


def test_hashes_stay_those_of_what_was_handed_in(shop):
    kept = set(db.session.scalars(select(EpcisEvent.event_name).where(EpcisEvent.capture_id.is_not(None))))

    assert kept >= {hash_id(each) for each in shop.handed_in[:2]}
    assert {each["eventID"] for each in shop.told()[:2]} <= kept
