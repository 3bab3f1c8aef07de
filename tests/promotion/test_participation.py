"""Who takes part: every move by its own side, one booth for one producer, and a row for each move."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from core import clock as present
from core.db import db, transaction
from core.messages.models import Message
from promotion.errors.fairs import (
    BoothTakenError,
    FairNotFoundError,
    FairStateError,
    InvalidFairError,
    ParticipationMoveError,
)
from promotion.fair_terms import MOVES, ParticipationState, Side, may_move
from promotion.models.fairs import Participation, ParticipationEvent
from promotion.operations import participation as moves
from promotion.operations.fairs import cancel_fair
from tests.factories import make_producer
from tests.fairs import make_booth, make_fair
from tests.people import actor, make_member, make_organiser
from tests.promotion.fair_desk import verify


@pytest.fixture
def fair(db_session, clock):
    return make_fair()


@pytest.fixture
def organiser(fair):
    return actor(make_organiser())


@pytest.fixture
def producer(fair):
    return verify(make_producer(name="HTX Dừa Xanh"))


@pytest.fixture
def owner(producer):
    return actor(make_member(producer))


def act(operation, *arguments, by):
    with transaction():
        return operation(*arguments, by=by, now=present.now()) and None


def part_of(producer):
    db.session.rollback()
    return db.session.scalar(select(Participation).where(Participation.producer_id == producer.id))


def events():
    db.session.rollback()
    rows = select(ParticipationEvent.from_state, ParticipationEvent.to_state, ParticipationEvent.booth_code)
    return [tuple(row) for row in db.session.execute(rows.order_by(ParticipationEvent.id))]


def letters():
    return list(db.session.scalars(select(Message.subject).order_by(Message.id)))


def registered(fair, producer, owner):
    act(moves.register_producer, fair.id, producer.id, "", by=owner)
    return part_of(producer).id


def test_each_move_belongs_to_one_side():
    states = [None, *ParticipationState]
    allowed = {
        (start, end)
        for start in states
        for end in ParticipationState
        for side in Side
        if may_move(start, end, side)
    }

    assert allowed == set(MOVES)
    assert not any(
        may_move(start, end, Side.ORGANISER) and may_move(start, end, Side.PRODUCER)
        for start in states for end in ParticipationState
    )  # fmt: skip


def test_from_invitation_to_a_booth_with_a_row_and_a_letter_for_each_move(fair, organiser, producer, owner):
    booth = make_booth(fair, "B7")

    act(moves.invite_producers, fair.id, [producer.id], by=organiser)
    act(moves.register_producer, fair.id, producer.id, "Cần ổ điện", by=owner)
    part_id = part_of(producer).id
    act(moves.confirm_participation, fair.id, part_id, booth.id, by=organiser)

    part = part_of(producer)
    assert (part.state, part.booth_id, part.note) == ("confirmed", booth.id, "Cần ổ điện")
    assert events() == [
        (None, "invited", None),
        ("invited", "registered", None),
        ("registered", "confirmed", "B7"),
    ]
    assert letters() == [
        "Mời tham gia Hội chợ OCOP Vĩnh Long",
        "Đăng ký mới cho Hội chợ OCOP Vĩnh Long",
        "Đã xác nhận: Hội chợ OCOP Vĩnh Long",
    ]


def test_whatever_is_repeated_changes_nothing(fair, organiser, producer, owner):
    booth = make_booth(fair)
    for _twice in range(2):
        act(moves.invite_producers, fair.id, [producer.id], by=organiser)
        act(moves.register_producer, fair.id, producer.id, "", by=owner)
    part_id = part_of(producer).id
    for _twice in range(2):
        act(moves.confirm_participation, fair.id, part_id, booth.id, by=organiser)
        act(moves.give_booth, fair.id, part_id, booth.id, by=organiser)
    assert len(events()) == 3
    for _twice in range(2):
        act(moves.withdraw_producer, fair.id, producer.id, by=owner)

    assert [to for _start, to, _code in events()] == ["invited", "registered", "confirmed", "withdrawn"]
    assert part_of(producer).booth_id is None


def test_one_booth_is_never_given_to_two(fair, organiser, producer, owner):
    booth = make_booth(fair, "A1")
    other = verify(make_producer(name="HTX Khác"))
    first = registered(fair, producer, owner)
    second = registered(fair, other, actor(make_member(other)))
    act(moves.confirm_participation, fair.id, first, booth.id, by=organiser)

    with pytest.raises(BoothTakenError) as refused:
        act(moves.confirm_participation, fair.id, second, booth.id, by=organiser)

    assert refused.value.code == "A1"
    assert (part_of(other).state, part_of(other).booth_id) == ("registered", None)
    act(moves.confirm_participation, fair.id, second, None, by=organiser)
    with pytest.raises(BoothTakenError):
        act(moves.give_booth, fair.id, second, booth.id, by=organiser)
    assert part_of(other).booth_id is None


def test_of_two_confirmations_at_once_one_gets_the_booth(app, fair, organiser, producer, owner):
    booth_id = make_booth(fair, "A1").id
    other = verify(make_producer(name="HTX Khác"))
    parts = [registered(fair, producer, owner), registered(fair, other, actor(make_member(other)))]
    fair_id, gate, outcomes = fair.id, Barrier(2), []
    db.session.rollback()

    def confirm(part_id):
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    moves.confirm_participation(fair_id, part_id, booth_id, by=organiser, now=now)
                outcomes.append("confirmed")
            except BoothTakenError:
                outcomes.append("taken")

    now = present.now()
    threads = [Thread(target=confirm, args=(part_id,)) for part_id in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["confirmed", "taken"]
    db.session.rollback()
    held = select(Participation.state).where(Participation.booth_id == booth_id)
    assert list(db.session.scalars(held)) == ["confirmed"]


def test_a_booth_of_another_fair_is_not_found(fair, organiser, producer, owner):
    elsewhere = make_booth(make_fair(), "Z9")
    part_id = registered(fair, producer, owner)

    with pytest.raises(FairNotFoundError):
        act(moves.confirm_participation, fair.id, part_id, elsewhere.id, by=organiser)
    with pytest.raises(FairNotFoundError):
        act(moves.confirm_participation, elsewhere.fair_id, part_id, elsewhere.id, by=organiser)

    assert part_of(producer).state == "registered"


def test_a_refusal_needs_a_reason_and_only_an_invitation_leads_back(fair, organiser, producer, owner):
    part_id = registered(fair, producer, owner)
    with pytest.raises(InvalidFairError):
        act(moves.refuse_participation, fair.id, part_id, "", by=organiser)
    assert part_of(producer).state == "registered"
    act(moves.refuse_participation, fair.id, part_id, "Hết chỗ", by=organiser)

    with pytest.raises(ParticipationMoveError):
        act(moves.register_producer, fair.id, producer.id, "", by=owner)
    with pytest.raises(ParticipationMoveError):
        act(moves.confirm_participation, fair.id, part_id, None, by=organiser)

    assert part_of(producer).state == "refused"
    act(moves.invite_producers, fair.id, [producer.id], by=organiser)
    act(moves.register_producer, fair.id, producer.id, "", by=owner)
    assert part_of(producer).state == "registered"


def test_who_is_not_verified_registers_by_invitation_only(fair, organiser):
    producer = make_producer()
    owner = actor(make_member(producer))
    with pytest.raises(FairStateError) as refused:
        act(moves.register_producer, fair.id, producer.id, "", by=owner)
    assert (refused.value.reason, part_of(producer)) == ("not_verified", None)

    act(moves.invite_producers, fair.id, [producer.id], by=organiser)
    act(moves.register_producer, fair.id, producer.id, "", by=owner)
    assert part_of(producer).state == "registered"


def test_after_the_last_day_of_registration_only_the_invited_come(organiser, clock, db_session):
    today = present.today()
    fair = make_fair(register_until_on=today.replace(day=20))
    producer = verify(make_producer())
    owner = actor(make_member(producer))

    with pytest.raises(FairStateError) as refused:
        act(moves.register_producer, fair.id, producer.id, "", by=owner)

    assert refused.value.reason == "closed"
    act(moves.invite_producers, fair.id, [producer.id], by=organiser)
    act(moves.register_producer, fair.id, producer.id, "", by=owner)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [({"published_at": None}, "not_published"), ({"starts_on": 1, "ends_on": 2}, "over")],
)
def test_nobody_moves_at_a_fair_that_is_over_or_not_shown(clock, db_session, facts, reason):
    days = {name: present.today().replace(day=day) for name, day in facts.items() if day}
    fair = make_fair(**(facts | days))
    producer = verify(make_producer())

    for operation, arguments in (
        (moves.invite_producers, ([producer.id],)),
        (moves.register_producer, (producer.id, "")),
    ):
        with pytest.raises(FairStateError) as refused:
            act(operation, fair.id, *arguments, by=actor(make_organiser()))
        assert refused.value.reason == reason
    assert part_of(producer) is None


def test_a_fair_called_off_is_told_to_everybody_who_would_come(fair, organiser, producer, owner):
    registered(fair, producer, owner)
    stays_away = verify(make_producer(name="HTX Ở Nhà"))
    registered(fair, stays_away, actor(make_member(stays_away)))
    act(moves.withdraw_producer, fair.id, stays_away.id, by=owner)
    before = len(letters())

    with transaction():
        cancel_fair(fair.id, "Bão", by=organiser, now=present.now())

    assert letters()[before:] == ["Đã hủy: Hội chợ OCOP Vĩnh Long"]
    with pytest.raises(FairStateError):
        act(moves.withdraw_producer, fair.id, producer.id, by=owner)


def test_what_happened_is_only_ever_added_to(fair, producer, owner):
    registered(fair, producer, owner)

    for change in (
        "UPDATE participation_event SET to_state = 'confirmed'",
        "DELETE FROM participation_event",
    ):
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(text(change))

    assert events() == [(None, "registered", None)]


def test_the_database_refuses_a_booth_without_confirmation_or_of_another_fair(fair, producer, owner):
    registered(fair, producer, owner)
    mine, other = make_booth(fair).id, make_booth(make_fair()).id

    for change in (
        f"UPDATE participation SET booth_id = {mine}",
        f"UPDATE participation SET state = 'confirmed', booth_id = {other}",
        "UPDATE participation SET state = 'maybe'",
    ):
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(text(change))

    assert part_of(producer).booth_id is None
