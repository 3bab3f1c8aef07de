"""Recalls of products, lots and single packs: who is told, what stays sold, what stands on record."""

import hashlib

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from catalog.models.listings import SaleStop
from catalog.queries.entries import get_entries
from catalog.queries.product import get_product_page
from core import clock as present
from core.db import db, transaction
from core.invariants import check_all
from core.jobs.models import Job
from tests.traceability.conftest import GTIN
from traceability import invariants as _invariants  # noqa: F401 (registers I26 and I27)
from traceability.errors import (
    InvalidRecallError,
    InvalidTextError,
    LotRecalledError,
    RecallNotFoundError,
    StampNotFoundError,
)
from traceability.models import Lot, Recall, RecallStage, RecallStep
from traceability.operations.recalls import (
    RecallGoods,
    RecallWords,
    end_recall,
    note_step,
    open_recall,
)
from traceability.queries.lots import origin_summary
from traceability.queries.recalls import (
    ranges_of_codes,
    recalled_lots,
    recalled_products,
    recalled_stamps,
)
from traceability.queries.scan import get_scan_page
from transparency.models import LogEntry

WORDS = RecallWords(
    reason="Phát hiện nấm mốc",
    risk="Có thể gây đau bụng",
    instruction="Không ăn. Mang trả nơi mua.",
    refund="Hoàn tiền trong 7 ngày",
    contact="0294 3855 555",
)


def goods_of(lot: Lot, codes: list[str] | None = None, *, whole: bool = False) -> RecallGoods:
    lot = db.session.merge(lot)
    if whole:
        return RecallGoods(product=lot.product)
    if codes is not None:
        return RecallGoods(product=lot.product, ranges=ranges_of_codes(lot.product_id, codes))
    return RecallGoods(product=lot.product, lots=(lot,))


def start(goods: RecallGoods, **facts) -> Recall:
    with transaction():
        return open_recall(goods, WORDS, now=present.now(), **facts)


def finish(recall: Recall, reason: str = "Đã thu đủ hàng") -> None:
    with transaction():
        end_recall(db.session.get_one(Recall, recall.id), reason=reason, now=present.now())


def verdict(code: str) -> str:
    return get_scan_page(code, on=present.today(), now=present.now()).verdict


def entries() -> list[tuple[str, str]]:
    rows = select(LogEntry.kind, LogEntry.subject).where(LogEntry.kind.like("recall.%"))
    return [tuple(row) for row in db.session.execute(rows.order_by(LogEntry.seq))]


def test_single_packs_are_recalled_and_no_others(make_lot, make_stamps):
    lot = make_lot()
    codes = make_stamps(lot, 6)

    recall = start(goods_of(lot, [codes[4], codes[1], codes[2]]))

    assert [verdict(code) for code in codes] == [
        "valid_first", "recalled", "recalled", "valid_first", "recalled", "valid_first",
    ]  # fmt: skip
    assert [(each.first, each.last) for each in recall.ranges] == [(2, 3), (5, 5)]
    assert (
        get_scan_page(codes[1], on=present.today(), now=present.now()).recall.instruction == WORDS.instruction
    )
    assert len(recalled_stamps(range(1, 50))) == 3
    assert recalled_products([lot.product_id]) == {lot.product_id}
    finish(recall)
    assert {verdict(code) for code in codes} == {"valid_first"}
    assert recalled_stamps(range(1, 50)) == recalled_products([lot.product_id]) == frozenset()


def test_a_product_is_recalled_with_all_lots_it_has_and_will_have(make_lot, make_stamp):
    first = make_lot()
    code = make_stamp(first)
    start(goods_of(first, whole=True))
    later = make_lot(db.session.merge(first).product, code="L2612")

    assert verdict(code) == "recalled"
    assert recalled_lots([first.id, later.id]) == {first.id, later.id}
    summary = origin_summary(first.product_id, present.today())
    assert summary.is_recalled
    assert all(lot.is_recalled for lot in summary.lots)


def test_several_lots_are_recalled_and_the_others_are_not(make_lot):
    lots = [make_lot()]
    product = db.session.merge(lots[0]).product
    lots += [make_lot(product, code=f"L{number}") for number in (2, 3)]

    start(RecallGoods(product=product, lots=[db.session.merge(lot) for lot in lots[:2]]))

    assert recalled_lots([lot.id for lot in lots]) == {lots[0].id, lots[1].id}
    assert recalled_products([product.id]) == {product.id}


def test_a_drill_changes_nothing_that_anybody_sees(make_lot, make_stamp):
    lot = make_lot()
    code = make_stamp(lot)

    recall = start(goods_of(lot, whole=True), is_drill=True)
    for stage in RecallStage:
        with transaction():
            note_step(db.session.get_one(Recall, recall.id), stage, now=present.now(), reason="Diễn tập")

    assert verdict(code) == "valid_first"
    assert recalled_products([lot.product_id]) == recalled_lots([lot.id]) == frozenset()
    assert not origin_summary(lot.product_id, present.today()).is_recalled
    assert entries() == []
    assert {each.stage for each in db.session.get_one(Recall, recall.id).steps} == set(RecallStage)


def test_each_step_is_noted_once_and_entered_in_the_log(make_lot):
    recall = start(goods_of(make_lot()))
    noted = []
    for _twice in range(2):
        for stage in (RecallStage.TRACED, RecallStage.WARNED):
            with transaction():
                noted.append(note_step(db.session.get_one(Recall, recall.id), stage, now=present.now()))
    finish(recall)

    assert noted == [True, True, False, False]
    subject = f"recall:{recall.id}"
    assert entries() == [("recall.opened", subject), ("recall.warned", subject), ("recall.closed", subject)]
    with pytest.raises(RecallNotFoundError):
        finish(recall)
    assert db.session.scalar(select(func.count()).select_from(RecallStep)) == 3


def test_the_log_holds_no_word_of_a_person(make_lot):
    recall = start(goods_of(make_lot()))

    leaf = db.session.scalar(select(LogEntry.leaf).where(LogEntry.kind == "recall.opened")).decode()

    assert '"lots":["L2611"]' in leaf
    assert WORDS.contact not in leaf
    assert WORDS.reason not in leaf
    told = (
        '["Phát hiện nấm mốc","Có thể gây đau bụng","Không ăn. Mang trả nơi mua.",'
        '"Hoàn tiền trong 7 ngày","0294 3855 555"]'
    )
    assert hashlib.sha256(told.encode()).hexdigest() in leaf
    assert db.session.get_one(Recall, recall.id).risk == WORDS.risk


def test_the_same_form_sent_twice_is_one_recall_and_one_job(make_lot):
    lot = make_lot()
    first, second = (start(goods_of(lot), submission_key="k" * 36) for _twice in range(2))

    assert first.id == second.id
    assert db.session.scalar(select(func.count()).where(Job.name == "orders.tell_recall")) == 1


def test_what_is_recalled_already_is_not_recalled_again(make_lot, make_stamps):
    lot = make_lot()
    codes = make_stamps(lot, 3)
    start(goods_of(lot))

    for goods in (goods_of(lot), goods_of(lot, codes[:1])):
        with pytest.raises(LotRecalledError):
            start(goods)
    whole = start(goods_of(lot, whole=True))
    with pytest.raises(LotRecalledError):
        start(goods_of(lot, whole=True))
    assert db.session.scalar(select(func.max(Recall.id))) == whole.id


def test_goods_of_another_product_are_refused(make_lot, make_stamp):
    mine, other = make_lot(), make_lot()
    foreign = make_stamp(other)
    product = db.session.merge(mine).product

    with pytest.raises(StampNotFoundError):
        ranges_of_codes(product.id, [foreign])
    with pytest.raises(InvalidRecallError):
        start(RecallGoods(product=product, lots=(db.session.merge(other),)))
    with pytest.raises(InvalidRecallError):
        start(RecallGoods(product=product, ranges=[(1, 1, 99)]))
    assert db.session.scalar(select(func.count()).select_from(Recall)) == 0


def test_a_recall_is_closed_with_a_reason_only(make_lot, make_stamp):
    lot = make_lot()
    code = make_stamp(lot)
    recall = start(goods_of(lot))

    with pytest.raises(InvalidTextError):
        finish(recall, " ")

    assert verdict(code) == "recalled"


@pytest.mark.parametrize(
    "change", ["UPDATE recall SET reason = ''", "DELETE FROM recall_step", "DELETE FROM recall_lot"]
)
def test_what_stands_on_record_of_a_recall_is_never_changed(make_lot, change):
    finish(start(goods_of(make_lot())))

    with pytest.raises(DBAPIError, match="only ever added"), transaction():
        db.session.execute(text(change))


def test_programs_read_which_recalls_are_open(client, make_product, make_lot, make_stamps):
    lot = make_lot(make_product(gtin=GTIN))
    codes = make_stamps(lot, 3)
    start(goods_of(lot, codes[:2]))
    start(goods_of(lot, whole=True), is_drill=True)

    found = client.get(f"/api/v1/recalls?gtin={GTIN}&lot=l2611").get_json()["recalls"]

    assert [(each["scope"], each["status"], each["lots"], each["pack_count"]) for each in found] == [
        ("units", "opened", ["L2611"], 2)
    ]
    assert found[0]["disposition"] == "recalled"
    assert client.get("/api/v1/recalls").get_json()["recalls"] == found
    assert client.get(f"/api/v1/recalls?gtin={GTIN}&lot=X").get_json() == {"recalls": []}
    assert client.get("/api/v1/recalls?gtin=12").status_code == 422
    assert client.get(f"/api/v1/stamps/{codes[0]}").get_json()["recall"]["risk"] == WORDS.risk
    assert client.get(f"/api/v1/stamps/{codes[2]}").get_json()["recall"] is None


def test_the_page_of_a_recalled_pack_tells_what_to_do_and_its_neighbour_does_not(
    client, make_lot, make_stamps
):
    lot = make_lot()
    codes = make_stamps(lot, 2)
    start(goods_of(lot, codes[:1]))

    page, other = (client.get(f"/T/{code}").text for code in codes)

    for words in (WORDS.reason, WORDS.risk, WORDS.instruction, WORDS.refund, WORDS.contact):
        assert words in page
        assert words not in other
    assert 'data-verdict="recalled"' in page
    assert 'data-verdict="valid_first"' in other


def test_lists_do_not_offer_what_is_being_recalled(make_product, make_lot):
    lot = make_lot(make_product(gtin=GTIN, is_for_sale=True, is_listed=True))
    with transaction():
        variant = db.session.merge(lot).product.variants[0]
        variant.on_hand = 9
    product_id = lot.product_id

    def offered() -> tuple[bool, bool]:
        db.session.rollback()
        entry = get_entries([product_id], present.today())[0]
        page = get_product_page(entry.slug, present.today())
        return entry.is_in_stock, page.sale.is_open

    told = [offered()]
    start(goods_of(lot, whole=True), is_drill=True)
    told.append(offered())
    recall = start(goods_of(lot))
    told.append(offered())
    finish(recall)
    told.append(offered())

    assert told == [(True, True), (True, True), (False, False), (True, True)]


def test_the_invariant_of_recalls_finds_a_stop_that_is_missing_and_one_that_is_left(make_lot):
    open_one, closed = start(goods_of(make_lot())), start(goods_of(make_lot()))
    start(goods_of(make_lot()), is_drill=True)
    finish(closed)
    assert [each.violations for each in check_all(["I26", "I27"])] == [(), ()]

    with transaction():
        db.session.execute(delete(SaleStop).where(SaleStop.subject == f"recall:{open_one.id}"))
        db.session.execute(
            update(SaleStop).where(SaleStop.subject == f"recall:{closed.id}").values(ended_at=None)
        )

    assert [each.violations for each in check_all(["I26"])] == [
        (
            {"subject": f"recall:{open_one.id}", "is_stopped": False},
            {"subject": f"recall:{closed.id}", "is_stopped": True},
        )
    ]
