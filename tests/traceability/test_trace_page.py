"""The page of a stamp in depth: journey and corrections, places, inputs, proof, what else can be done; and its cost."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from catalog.models import Variant
from core import clock as present
from core.db import db, transaction
from tests.support.statements import counted
from tests.traceability.conftest import GTIN
from traceability.models import AmountUnit, ErrorReason, StampKind, TraceStep
from traceability.operations.areas import keep_area
from traceability.operations.events import EventFacts, InputFacts, declare_error, record_event
from traceability.operations.lots import RawFacts, open_raw_lot
from traceability.queries.lot_depth import get_lot_depth
from traceability.queries.lots import get_lot_page


@pytest.fixture
def told_lot(make_product, make_lot):
    """100 packs of half a kilogram made of 80 kg from one area; a wrong test, and the right one in its place."""
    product = make_product(story="Vườn bên sông, hái lúc sáng sớm.", gtin=GTIN)
    lot = make_lot(product, produced_on=date(2026, 11, 10))
    with transaction():
        db.session.execute(update(Variant).values(net_quantity=500, net_unit="g"))
        lot = db.session.merge(lot)
        area = keep_area(
            lot.product.producer,
            "Vườn sông",
            lot.product.producer.place,
            by=None,
            now=present.now(),
            cell="10.24,106.37",
        )
        raw = open_raw_lot(
            lot.product, "RAU-1", RawFacts("Măng cụt tươi", 80_000, AmountUnit.GRAM), now=present.now()
        )
        happened = {"happened_at": present.now() - timedelta(days=3)}
        record_event(
            raw, EventFacts(step=TraceStep.HARVESTING, area=area, **happened), by=None, now=present.now()
        )
        record_event(
            lot,
            EventFacts(
                step=TraceStep.PROCESSING,
                inputs=(InputFacts(quantity=80_000, unit=AmountUnit.GRAM, lot=raw),),
                happened_at=present.now() - timedelta(days=2),
            ),
            by=None,
            now=present.now(),
        )
        wrong = record_event(
            lot,
            EventFacts(step=TraceStep.INSPECTING, note="Độ ẩm 31 %", happened_on=date(2026, 11, 21)),
            by=None,
            now=present.now(),
        )
        declare_error(
            wrong,
            ErrorReason.INCORRECT_DATA,
            EventFacts(step=TraceStep.INSPECTING, note="Độ ẩm 13 %", happened_on=date(2026, 11, 21)),
            by=None,
            now=present.now(),
        )
    return lot


def test_the_journey_begins_with_the_raw_material_and_keeps_what_was_corrected(client, told_lot, make_stamp):
    text = client.get(f"/T/{make_stamp(told_lot)}").text

    steps = re.findall(r'<li id="e\d+"(?: class="(\w+)")?>.*?<b>(.*?)</b>', text, re.DOTALL)
    assert steps == [("", "Thu hoạch"), ("", "Chế biến"), ("wrong", "Kiểm nghiệm"), ("", "Kiểm nghiệm")]
    assert "nguyên liệu, lô RAU-1" in text
    assert "Đính chính ngày 22/11/2026" in text
    right = re.search(r'<a href="#(e\d+)">xem ghi đúng', text)[1]
    assert f'<li id="{right}">' in text
    assert "thay cho bước đã đính chính" in text


def test_inputs_places_and_proof_are_told(client, told_lot, make_stamp):
    text = client.get(f"/T/{make_stamp(told_lot)}").text

    assert '<span class="num">80 kg</span> · <span lang="vi">Măng cụt tươi</span>, Lô RAU-1' in text
    assert "Đưa vào 80 kg, làm ra" in text
    assert 'href="geo:10.24,106.37?z=13"' in text
    assert re.search(r'<svg viewBox="0 0 208 374"[^>]*aria-label="[^"]*Hồ Chí Minh', text)
    assert "Hoàng Sa" in text
    assert "Trường Sa" in text
    assert "Vườn bên sông" in text
    proof = re.search(r'href="(/log/proof/\d+\.tlog-proof)"', text)[1]
    assert client.get(proof).status_code in {200, 409, 503}
    for path in re.findall(r'href="(/api/v1/[^"]+)"', text):
        assert client.get(path).status_code == 200, path


def test_the_map_is_small_and_says_its_provinces_in_words(client, told_lot, make_stamp):
    text = client.get(f"/T/{make_stamp(told_lot)}").text

    drawing = re.search(r'<div class="map">.*?</div>', text, re.DOTALL)[0]
    assert len(drawing.encode()) <= 6_000
    assert '<li lang="vi">Hồ Chí Minh</li>' in drawing


def test_headings_are_in_order_and_each_section_has_its_own(client, told_lot, make_stamp):
    text = client.get(f"/en/T/{make_stamp(told_lot)}").text

    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
    assert levels[0] == 1
    assert set(levels[1:]) == {2}
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_the_whole_journey_keeps_the_budget(client, told_lot, make_stamp):
    answer = client.get(f"/T/{make_stamp(told_lot)}", headers={"Accept-Encoding": "gzip"})

    assert len(answer.data) <= 12_000
    assert "Set-Cookie" not in answer.headers


def test_what_goods_can_be_opened_is_offered_for_units_alone(client, make_stamp):
    unit, whole_lot, printed = make_stamp(), make_stamp(kind=StampKind.LOT), make_stamp(is_active=False)

    offers = [
        f'href="/T/{code}/opening"' in client.get(f"/T/{code}").text for code in (unit, whole_lot, printed)
    ]

    assert offers == [True, False, False]


def test_recalled_goods_are_not_offered_again(client, make_lot, make_stamp):
    from traceability.operations.recalls import recall_lot

    lot = make_lot()
    code = make_stamp(lot)
    assert "Đặt mua lại" in client.get(f"/T/{code}").text
    with transaction():
        recall_lot(db.session.merge(lot), reason="Mốc", instruction="Trả", contact="0912", now=present.now())

    assert "Đặt mua lại" not in client.get(f"/T/{code}").text


def test_a_seal_that_is_none_of_ours_is_told_before_the_facts(client, make_stamp):
    code = make_stamp()

    answer = client.get(f"/{'0' * 108}/T/{code}")

    assert 'data-verdict="bad_seal"' in answer.text
    assert "<h1>Chữ ký trên tem không đúng</h1>" in answer.text


def test_a_page_once_made_asks_nothing_through_the_session(client, make_stamps):
    first, second = make_stamps(count=2)
    client.get(f"/T/{first}")

    with counted() as statements:
        client.head(f"/T/{second}")

    assert statements == []  # the one look-up goes past SQLAlchemy, straight to the driver


def test_a_page_made_anew_asks_a_dozen_times(client, make_stamp):
    other, code = make_stamp(), make_stamp()
    client.head(f"/T/{other}")

    with counted() as statements:
        client.head(f"/T/{code}")

    assert len(statements) <= 12


def test_the_depth_of_a_lot_of_which_nothing_is_told(context, make_lot):
    depth = get_lot_depth(get_lot_page(make_lot().id, present.today()))

    assert (depth.steps, depth.areas, depth.inputs, depth.balance, depth.story) == ((), (), (), None, None)
    assert depth.stops == ("Hồ Chí Minh",)
