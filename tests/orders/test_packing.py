"""Codes bound to orders: the right goods, each code once, two packers at once, and what becomes of them."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from core import clock
from core.db import db, transaction
from core.invariants import check_all
from orders.errors import CodeRefusedError, WrongMoveError
from orders.invariants import codes as _codes  # noqa: F401 (registers I23)
from orders.operations.cancellation import cancel_seller_order
from orders.operations.desk import (
    Result,
    cancel_line,
    confirm_order,
    hand_over,
    record_result,
    record_returned,
)
from orders.operations.packing import bind_code, bind_range, unbind_code
from orders.operations.transitions import OrderActor
from orders.queries.packing import codes_of_order
from storefront.views.orders.access import token_for
from tests.factories import make_product
from tests.orders.desk_shop import _books_agree, do, owner, place, product, stands  # noqa: F401
from tests.support.hands import Hand
from traceability.models import Opening, Stamp, StampBinding, StampBindingStep, StampKind
from traceability.operations.lots import open_lot
from traceability.operations.recalls import recall_lot
from traceability.operations.stamps import RunOrder, issue_run, withdraw_stamp
from traceability.operations.states import declare_display, withdraw_range
from traceability.queries.stamp_states import get_counts, get_state


def confirmed(part, by):
    do(confirm_order, part, by=by)
    return part


def issue(product, count, code="L1", *, is_active=False, **facts):  # noqa: F811
    with transaction():
        lot = open_lot(product, code, 100, now=clock.now(), **facts)
        run = issue_run(lot, count, RunOrder(is_active=is_active), by_id=None, now=clock.now())
    return run, list(
        db.session.scalars(select(Stamp.code).where(Stamp.run_id == run.id).order_by(Stamp.number))
    )


def bound_codes(part):
    db.session.rollback()
    rows = select(Stamp.code).join(StampBinding, StampBinding.stamp_id == Stamp.id)
    ids = [line.id for line in part.lines]
    return list(db.session.scalars(rows.where(StampBinding.order_line_id.in_(ids)).order_by(StampBinding.id)))


def acts(code):
    db.session.rollback()
    rows = select(StampBindingStep.act).join(Stamp, Stamp.id == StampBindingStep.stamp_id)
    return list(db.session.scalars(rows.where(Stamp.code == code).order_by(StampBindingStep.id)))


def refusal(act, part, code, by):
    before = bound_codes(part)
    with pytest.raises(CodeRefusedError) as refused:
        do(act, part, code, by=by)
    assert bound_codes(part) == before
    return refused.value.reason


def stamp_of(code):
    db.session.rollback()
    return db.session.scalars(select(Stamp).filter_by(code=code)).one()


def test_a_scanned_code_goes_to_its_line_is_in_force_and_is_sold_with_the_parcel(product, owner, place):  # noqa: F811
    run, codes = issue(product, 3)
    part = confirmed(place(2), owner)

    done = do(bind_code, part, codes[1], by=owner)
    again = do(bind_code, part, codes[1], by=owner)

    assert done == again
    assert (done.line_id, done.codes, done.is_planned_lot) == (part.lines[0].id, (codes[1],), True)
    assert stamp_of(codes[1]).activated_at is not None
    assert get_state(stamp_of(codes[1])) == "attached"
    do(bind_code, part, codes[0], by=owner)
    do(hand_over, part, by=owner)
    do(hand_over, part, by=owner)
    assert acts(codes[1]) == ["bound", "shipped"]
    assert get_state(stamp_of(codes[1])) == "sold"
    binding = db.session.scalars(select(StampBinding).filter_by(stamp_id=stamp_of(codes[1]).id)).one()
    assert (binding.province_code, binding.shipped_at is not None) == (part.order.province_code, True)
    counts = get_counts(run)
    assert (counts.sold, counts.attached, counts.activated, counts.total) == (2, 0, 2, 3)
    with pytest.raises(WrongMoveError):
        do(unbind_code, part, codes[1], by=owner)


def test_a_pack_of_another_lot_than_was_set_aside_is_taken_and_told(product, owner, place):  # noqa: F811
    part = confirmed(place(2), owner)
    _run, codes = issue(product, 3)

    assert do(bind_code, part, codes[0], by=owner).is_planned_lot is False


def test_the_next_codes_of_the_roll_fill_a_line_and_pass_over_what_cannot_be_sent(product, owner, place):  # noqa: F811
    run, codes = issue(product, 10)
    with transaction():
        withdraw_range(run, (3, 4), reason="Rách", by_id=None, now=clock.now())
        declare_display(run, (5, 5), fair="Hội chợ", by_id=None, now=clock.now())
    part = confirmed(place(3), owner)

    done = do(bind_range, part, codes[1], by=owner)

    assert done.codes == (codes[1], codes[5], codes[6])
    assert bound_codes(part) == [codes[1], codes[5], codes[6]]
    assert refusal(bind_code, part, codes[7], owner) == "full"
    assert refusal(bind_range, part, codes[1], owner) == "bound"


def test_a_roll_that_ends_too_early_binds_nothing(product, owner, place):  # noqa: F811
    _run, codes = issue(product, 3)
    part = confirmed(place(3), owner)

    assert refusal(bind_range, part, codes[1], owner) == "too_few"


def test_goods_that_are_not_in_the_order_are_refused_in_words(product, owner, place):  # noqa: F811
    other = make_product(slug="mat-ong", name="Mật ong", producer=product.producer, variants=[{"on_hand": 3}])
    _run, codes = issue(other, 1)
    part = confirmed(place(1), owner)

    with pytest.raises(CodeRefusedError) as refused:
        do(bind_code, part, codes[0], by=owner)

    assert (refused.value.reason, refused.value.product) == ("other_goods", "Mật ong")
    assert stamp_of(codes[0]).activated_at is None


def test_codes_of_others_are_answered_like_codes_that_nobody_issued(product, owner, place):  # noqa: F811
    _run, codes = issue(make_product(slug="cua-nguoi-khac", variants=[{"on_hand": 3}]), 1)
    part = confirmed(place(1), owner)

    assert refusal(bind_code, part, codes[0], owner) == "unknown"
    assert refusal(bind_code, part, "0000000000000", owner) == "unknown"
    assert refusal(unbind_code, part, codes[0], owner) == "unknown"


def test_what_must_not_be_sent_is_refused_with_its_reason(product, owner, place):  # noqa: F811
    run, codes = issue(product, 5)
    part = confirmed(place(5), owner)
    now, opened_id = clock.now(), stamp_of(codes[2]).id
    with transaction():
        withdraw_stamp(codes[0], reason="Rách", now=now)
        declare_display(run, (2, 2), fair="Hội chợ", by_id=None, now=now)
        db.session.add(Opening(stamp_id=opened_id, claimed_hour_at=now))
    with transaction():
        old = open_lot(
            product,
            "CU",
            10,
            now=now,
            produced_on=clock.today() - timedelta(days=9),
            expires_on=clock.today() - timedelta(days=1),
        )
        stale = issue_run(old, 1, RunOrder(), by_id=None, now=now)
        whole = issue_run(old, 1, RunOrder(kind=StampKind.LOT), by_id=None, now=now)
    of_run = {
        each: db.session.scalars(select(Stamp.code).filter_by(run_id=each.id)).one()
        for each in (stale, whole)
    }

    said = [refusal(bind_code, part, code, owner) for code in (*codes[:3], of_run[stale], of_run[whole])]
    with transaction():
        recall_lot(run.lot, reason="Mốc", instruction="Trả lại", contact="0900", now=now)

    assert said == ["withdrawn", "display", "opened", "past_date", "lot_code"]
    assert refusal(bind_code, part, codes[3], owner) == "recalled"


def test_a_code_is_on_one_order_at_a_time_and_can_be_taken_off_before_sending(product, owner, place):  # noqa: F811
    _run, codes = issue(product, 2)
    first, second = confirmed(place(1), owner), confirmed(place(1), owner)
    do(bind_code, first, codes[0], by=owner)

    assert refusal(bind_code, second, codes[0], owner) == "bound"
    assert refusal(unbind_code, second, codes[1], owner) == "not_here"
    do(unbind_code, first, codes[0], by=owner)
    do(bind_code, second, codes[0], by=owner)
    do(hand_over, second, by=owner)

    assert acts(codes[0]) == ["bound", "unbound", "bound", "shipped"]
    assert refusal(bind_code, first, codes[0], owner) == "sold"


def test_cancelling_frees_the_codes_and_a_line_with_too_many_is_not_sent(product, owner, place):  # noqa: F811
    _run, codes = issue(product, 4)
    part, other = confirmed(place(3), owner), confirmed(place(1), owner)
    do(bind_range, part, codes[0], by=owner)
    do(bind_code, other, codes[3], by=owner)
    do(cancel_line, part, part.lines[0].id, 1, seen=0, by=owner)

    with pytest.raises(CodeRefusedError) as refused:
        do(hand_over, part, by=owner)
    assert (refused.value.reason, stands(part)[2]) == ("too_many", "unfulfilled")
    do(unbind_code, part, codes[2], by=owner)
    do(hand_over, part, by=owner)
    with transaction():
        cancel_seller_order(other, actor=OrderActor.PRODUCER, reason="het", by=owner, now=clock.now())

    assert bound_codes(part) == codes[:2]
    assert (bound_codes(other), acts(codes[3])) == ([], ["bound", "unbound"])


def test_a_pack_that_came_back_can_be_sent_again(product, owner, place):  # noqa: F811
    _run, codes = issue(product, 1)
    part = confirmed(place(1), owner)
    do(bind_code, part, codes[0], by=owner)
    do(hand_over, part, by=owner)
    do(record_result, part, Result.FAILED_ATTEMPT, by=owner)
    do(record_result, part, Result.RETURNING, by=owner)
    do(record_returned, part, is_sellable=True, by=owner)
    again = confirmed(place(1), owner)

    do(bind_code, again, codes[0], by=owner)

    assert acts(codes[0]) == ["bound", "shipped", "unbound", "bound"]
    assert bound_codes(again) == [codes[0]]


def test_an_order_that_is_not_confirmed_is_not_packed(product, owner, place):  # noqa: F811
    _run, codes = issue(product, 1)
    part = place(1)

    with pytest.raises(WrongMoveError):
        do(bind_code, part, codes[0], by=owner)
    assert bound_codes(part) == []


def test_two_packers_with_one_code_and_two_with_one_line_at_once(app, product, owner, place):  # noqa: F811
    _run, codes = issue(product, 4)
    first, second = confirmed(place(1), owner), confirmed(place(1), owner)
    tries = [(first.id, codes[0]), (second.id, codes[0]), (first.id, codes[1]), (first.id, codes[2])]
    db.session.rollback()
    gate, said = threading.Barrier(len(tries)), []

    def pack(part_id, code):
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    bind_code(db.session.get_one(type(first), part_id), code, by=owner, now=clock.now())
                said.append("done")
            except CodeRefusedError as error:
                said.append(error.reason)

    packers = [threading.Thread(target=pack, args=each) for each in tries]
    for each in packers:
        each.start()
    for each in packers:
        each.join()

    assert len(bound_codes(first)) == 1
    assert len(set(bound_codes(first)) | set(bound_codes(second))) == said.count("done")
    assert set(said) <= {"done", "bound", "full"}
    assert [each.violations for each in check_all(["I23"])] == [()]


def test_the_books_notice_a_code_too_many(product, owner, place):  # noqa: F811
    _run, codes = issue(product, 2)
    part = confirmed(place(1), owner)
    do(bind_code, part, codes[0], by=owner)
    second_id, line_id = stamp_of(codes[1]).id, part.lines[0].id
    with transaction():
        db.session.add(StampBinding(stamp_id=second_id, order_line_id=line_id, bound_at=clock.now()))
        db.session.flush()
    (found,) = check_all(["I23"])
    assert [each["line_id"] for each in found.violations if "line_id" in each] == [part.lines[0].id]
    with transaction():
        db.session.execute(text("DELETE FROM stamp_binding"))
    assert db.session.scalar(select(func.count()).select_from(StampBinding)) == 0


def address(part, end=""):
    return f"/en/workspace/{part.producer_id}/orders/{part.code}/stamps{end}"


@pytest.fixture
def desk(app, product):  # noqa: F811
    return Hand(app, product.producer)


def scan(desk, part, code, end=""):
    return desk.send(address(part, end), {"code": code}, at=f"/orders/{part.code}/stamps")


def test_the_page_takes_an_address_a_code_and_refuses_other_text(desk, settings, product, owner, place):  # noqa: F811
    _run, codes = issue(product, 2)
    part = confirmed(place(2), owner)

    first = scan(desk, part, f"{settings.public_base_url}/T/{codes[0]}")
    hostile = scan(desk, part, "<script>alert(1)</script>")
    typed = f"{codes[1][:4]}-{codes[1][4:8]}-{codes[1][8:12]}-{codes[1][12]}".lower()
    second = scan(desk, part, typed)
    page = desk.browser.get(address(part)).text

    assert (first.status_code, second.status_code, hostile.status_code) == (303, 303, 422)
    assert "<script>alert" not in hostile.text
    assert bound_codes(part) == codes
    assert "2 of 2 packs have a code" in page
    assert scan(desk, part, codes[0], "/removals").status_code == 303
    assert bound_codes(part) == [codes[1]]


def test_a_refusal_stands_in_words_at_the_field(desk, product, owner, place):  # noqa: F811
    other = make_product(slug="mat-ong", name="Mật ong", producer=product.producer, variants=[{"on_hand": 3}])
    _run, codes = issue(other, 1)
    part = confirmed(place(1), owner)

    answer = scan(desk, part, codes[0])

    assert answer.status_code == 409
    assert "Wrong goods: this is Mật ong, which is not in this order." in answer.text
    assert bound_codes(part) == []


def test_somebody_elses_order_is_not_found(desk, product, owner, place):  # noqa: F811
    _run, codes = issue(product, 1)
    their = confirmed(place(1), owner)
    stranger = Hand(desk.browser.application, make_product(slug="khac", variants=[{"on_hand": 3}]).producer)

    assert stranger.browser.get(address(their)).status_code == 404
    assert stranger.send(address(their), {"code": codes[0]}).status_code == 404
    assert stranger.get(f"/orders/{their.code}/stamps").status_code == 404
    assert bound_codes(their) == []


def test_the_buyer_sees_the_stamps_of_what_was_sent(app, desk, product, owner, place):  # noqa: F811
    _run, codes = issue(product, 2)
    part = confirmed(place(2), owner)
    do(bind_range, part, codes[0], by=owner)
    assert codes_of_order(part.order_id) == {}
    do(hand_over, part, by=owner)

    (found,) = codes_of_order(part.order_id).values()
    assert [each.code for each in found] == codes
    page = app.test_client().get(f"/orders/{token_for(part.order_id)}")
    assert page.status_code == 200
    assert codes[0] not in page.text  # whoever only has the link sees no codes
