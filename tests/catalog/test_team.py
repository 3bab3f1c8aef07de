"""Who works for a producer: invitations that hold for one number, roles, the last owner, and officers who help."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.errors import NotYoursError
from accounts.models import AuditEvent, Membership
from accounts.models.personal import ConsentAct
from accounts.queries.actors import find_visit, get_actor
from catalog.errors import (
    AssistanceRefusedError,
    InvalidInvitationError,
    InvitationEndedError,
    LastOwnerError,
)
from catalog.models import Producer
from catalog.models.joining import Assistance, Invitation
from catalog.operations.assistance import agree_to_help, end_help
from catalog.operations.team import (
    accept_invitation,
    change_role,
    decline_invitation,
    invite_member,
    remove_member,
)
from catalog.permissions.workspace import can_publish_listings
from catalog.queries.team import get_invitation, get_member, list_helpers
from core import clock as present
from core.db import db, transaction
from core.keys import KeyRing
from core.messages.models import Message
from tests.catalog.team_of_dua import PHONE, app, owner, producer
from tests.factories import make_producer
from tests.people import LAO_CAI, browser_of, make_member, make_officer, make_user

__all__ = ["app", "owner", "producer"]


def invite(owner, producer, phone=PHONE, role="editor"):
    """The token that the message carries."""
    with transaction():
        made = invite_member(
            db.session.get_one(Producer, producer.id),
            phone,
            role,
            by=get_actor(owner.id),
            address_of=lambda token: f"http://market.test/{token}",
            keys=KeyRing(("k" * 32,)),
            paid_per_day=2_000,
            now=present.now(),
        )
        number = made.id
    messages = [each.body for each in db.session.scalars(select(Message).order_by(Message.id))]
    db.session.rollback()
    return re.findall(r"market.test/([\w-]{43})", messages[-1])[0] if messages else number


def answer(user, token, operation=accept_invitation):
    with transaction():
        operation(get_invitation(token), by=get_actor(user.id), now=present.now())


def set_role(user, producer, membership_id, role):
    with transaction():
        found = db.session.get_one(Producer, producer.id)
        place = get_member(found.id, membership_id)
        change_role(found, place, role, by=get_actor(user.id), now=present.now())


def remove(user, producer, membership_id):
    with transaction():
        found = db.session.get_one(Producer, producer.id)
        place = get_member(found.id, membership_id)
        remove_member(found, place, by=get_actor(user.id), now=present.now())


def roles(producer):
    db.session.rollback()
    here = (Membership.producer_id == producer.id, Membership.ended_at.is_(None))
    return {each.user_id: each.role for each in db.session.scalars(select(Membership).where(*here))}


def outcomes():
    db.session.rollback()
    return [each.outcome for each in db.session.scalars(select(Invitation).order_by(Invitation.id))]


def test_whoever_proved_to_hold_the_number_takes_the_place_and_the_number_is_forgotten(producer, owner):
    user = make_user(phone=PHONE)
    token = invite(owner, producer, "0912 000 777")

    answer(user, token)

    assert roles(producer) == {owner.id: "owner", user.id: "editor"}
    (invitation,) = db.session.scalars(select(Invitation))
    assert (invitation.outcome, invitation.phone) == ("accepted", None)
    assert token not in str(invitation.__dict__)
    verbs = list(db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.seq)))
    assert verbs == ["catalog.invite_member", "catalog.accept_invitation"]
    assert PHONE not in str([(each.before, each.after) for each in db.session.scalars(select(AuditEvent))])


@pytest.mark.parametrize("operation", [accept_invitation, decline_invitation])
@pytest.mark.parametrize("facts", [{"phone": "+84912000888"}, {"phone": PHONE, "phone_verified_at": None}])
def test_a_link_that_was_passed_on_opens_nothing_for_another_number(producer, owner, operation, facts):
    token, user = invite(owner, producer), make_user(**facts)

    with pytest.raises(InvitationEndedError) as refused:
        answer(user, token, operation)

    assert refused.value.reason == "phone"
    assert roles(producer) == {owner.id: "owner"}
    assert outcomes() == [None]


def test_an_invitation_is_used_once(producer, owner):
    user = make_user(phone=PHONE)
    token = invite(owner, producer)
    answer(user, token)

    for operation in (accept_invitation, decline_invitation):
        with pytest.raises(InvitationEndedError) as refused:
            answer(user, token, operation)
        assert refused.value.reason == "ended"

    assert len(roles(producer)) == 2


def test_an_invitation_expires_after_seven_days(producer, owner, clock):
    user = make_user(phone=PHONE)
    token = invite(owner, producer)
    clock.move(timedelta(days=7))

    with pytest.raises(InvitationEndedError) as refused:
        answer(user, token)

    assert refused.value.reason == "expired"
    assert roles(producer) == {owner.id: "owner"}


def test_a_second_invitation_to_a_number_makes_the_first_link_worthless(producer, owner):
    user = make_user(phone=PHONE)
    first, second = invite(owner, producer), invite(owner, producer, role="packer")

    with pytest.raises(InvitationEndedError):
        answer(user, first)
    answer(user, second)

    assert outcomes() == ["withdrawn", "accepted"]
    assert roles(producer)[user.id] == "packer"


@pytest.mark.parametrize("end", ["removed", "made an editor", "left", "only assisting"])
def test_an_invitation_is_worth_nothing_once_its_inviter_is_no_owner_any_more(producer, owner, end):
    inviter, invited = make_member(producer), make_user(phone=PHONE)
    token = invite(inviter, producer, role="owner")
    place = db.session.scalars(select(Membership).where(Membership.user_id == inviter.id)).one().id
    if end == "made an editor":
        set_role(owner, producer, place, "editor")
    elif end == "only assisting":
        with transaction():
            db.session.get_one(Membership, place).is_assisting = True
    else:
        remove(owner if end == "removed" else inviter, producer, place)
    before = roles(producer)

    with pytest.raises(InvitationEndedError) as refused:
        answer(invited, token)

    assert refused.value.reason == "ended"
    assert roles(producer) == before
    assert invited.id not in before
    assert outcomes() == [None]


def test_a_made_up_token_finds_nothing(producer, owner):
    with pytest.raises(NotYoursError):
        get_invitation("x" * 43)


@pytest.mark.parametrize(
    ("phone", "role", "field", "reason"),
    [
        ("", "editor", "phone", "missing"),
        ("123", "editor", "phone", "not_a_phone"),
        ("024 3825 5555", "editor", "phone", "not_a_phone"),
        (PHONE, "emperor", "role", "missing"),
    ],
)
def test_a_wrong_invitation_is_refused_and_sends_nothing(producer, owner, phone, role, field, reason):
    with pytest.raises(InvalidInvitationError) as refused:
        invite(owner, producer, phone, role)

    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert outcomes() == []
    assert db.session.scalars(select(Message)).all() == []


def test_only_owners_invite_change_and_remove(producer, owner):
    editor, stranger = make_member(producer, "editor"), make_user()
    target = db.session.scalars(select(Membership).where(Membership.user_id == owner.id)).one().id

    for user in (editor, stranger):
        with pytest.raises(NotYoursError):
            invite(user, producer)
        with pytest.raises(NotYoursError):
            set_role(user, producer, target, "packer")
        with pytest.raises(NotYoursError):
            remove(user, producer, target)

    assert roles(producer) == {owner.id: "owner", editor.id: "editor"}


def test_the_last_owner_stays_an_owner(producer, owner):
    make_member(producer, "editor")
    place = db.session.scalars(select(Membership).where(Membership.user_id == owner.id)).one().id
    before = roles(producer)

    with pytest.raises(LastOwnerError):
        set_role(owner, producer, place, "editor")
    with pytest.raises(LastOwnerError):
        remove(owner, producer, place)

    assert roles(producer) == before


def test_a_changed_role_is_a_new_row_and_two_owners_cannot_dismiss_each_other(producer, owner):
    second = make_member(producer)
    places = {each.user_id: each.id for each in db.session.scalars(select(Membership))}

    remove(owner, producer, places[second.id])
    with pytest.raises(NotYoursError):
        remove(second, producer, places[owner.id])

    assert roles(producer) == {owner.id: "owner"}
    assert db.session.get_one(Membership, places[second.id]).ended_at == present.now()


def help_by(officer, owner, producer, *, scopes=("listings",), days=30):
    with transaction():
        return agree_to_help(
            db.session.get_one(Producer, producer.id),
            officer.id,
            scopes,
            ends_on=present.today() + timedelta(days=days),
            by=get_actor(owner.id),
            now=present.now(),
        ).id


def test_an_officer_of_the_area_helps_but_never_publishes_or_manages(producer, owner):
    officer = make_officer("commune", commune_code="28789")

    help_by(officer, owner, producer)

    helper = get_actor(officer.id)
    (team,) = helper.teams
    assert (team.role, team.is_assisting) == ("editor", True)
    assert not can_publish_listings(helper, producer.id)
    place = db.session.scalars(select(Membership).where(Membership.user_id == officer.id)).one()
    assert place.added_by_id == owner.id
    consent = db.session.scalars(select(ConsentAct)).one()
    assert (consent.user_id, consent.purpose) == (owner.id, "assistance")


def test_help_ends_by_itself_at_the_end_of_its_day(app, producer, owner, clock):
    officer = make_officer()
    help_by(officer, owner, producer, days=1)
    browser = browser_of(app, officer)
    assert browser.get(f"/workspace/{producer.id}").status_code == 200

    clock.set_vietnam(date(2026, 11, 24))

    browser = browser_of(app, officer)
    assert browser.get(f"/workspace/{producer.id}").status_code == 404
    assert find_visit("x", now=present.now()) is None
    help_by(officer, owner, producer, days=90)
    assert len(db.session.scalars(select(Membership).where(Membership.user_id == officer.id)).all()) == 2


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"days": 91}, "term"),
        ({"days": -1}, "term"),
        ({"scopes": ()}, "scope"),
        ({"scopes": ("money",)}, "scope"),
    ],
)
def test_help_without_an_end_or_a_purpose_is_refused(producer, owner, terms, reason):
    officer = make_officer()

    with pytest.raises(AssistanceRefusedError) as refused:
        help_by(officer, owner, producer, **terms)

    assert refused.value.reason == reason
    assert (len(roles(producer)), db.session.scalars(select(ConsentAct)).all()) == (1, [])


def test_nobody_but_an_officer_of_the_area_can_be_asked_and_only_by_an_owner(producer, owner):
    officer = make_officer()
    for other in (
        make_user(),
        make_officer(province_code=LAO_CAI),
        make_officer("nation"),
        make_officer("commune", commune_code="28756"),
    ):
        with pytest.raises(AssistanceRefusedError) as refused:
            help_by(other, owner, producer)
        assert refused.value.reason == "officer"
    with pytest.raises(NotYoursError):
        help_by(officer, make_member(producer, "editor"), producer)

    assert [each.id for each in list_helpers(db.session.get_one(Producer, producer.id))] == [officer.id]
    assert db.session.scalars(select(Assistance)).all() == []


def test_either_side_ends_the_help_and_a_stranger_does_not(producer, owner):
    officer = make_officer()
    number = help_by(officer, owner, producer)

    def end(user):
        with transaction():
            end_help(db.session.get_one(Assistance, number), by=get_actor(user.id), now=present.now())

    with pytest.raises(NotYoursError):
        end(make_user())
    with pytest.raises(AssistanceRefusedError):
        help_by(officer, owner, producer)
    end(officer)
    with pytest.raises(AssistanceRefusedError):
        end(owner)

    assert roles(producer) == {owner.id: "owner"}


def test_inviting_and_accepting_in_the_browser(app, producer, owner):
    browser = browser_of(app, owner)
    page = f"/workspace/{producer.id}/team"

    wrong = browser.post(f"{page}/invitations", data={"phone": "<b>1", "role": "editor"})
    assert (wrong.status_code, "<title>Lỗi:" in wrong.text, "&lt;b&gt;1" in wrong.text) == (422, True, True)
    assert browser.post(f"{page}/invitations", data={"phone": PHONE, "role": "packer"}).status_code == 303
    assert PHONE in browser.get(page).text
    body = db.session.scalars(select(Message)).one().body or ""
    token = re.findall(r"/workspace/invitations/([\w-]+)", body)[0]

    guest = app.test_client().get(f"/workspace/invitations/{token}")
    assert guest.headers["Location"].startswith("/sign-in?next=")
    other = browser_of(app, make_user())
    assert other.post(f"/workspace/invitations/{token}/acceptance").status_code == 409
    invited = browser_of(app, make_user(phone=PHONE))
    assert "HTX Dừa" in invited.get(f"/workspace/invitations/{token}").text
    done = invited.post(f"/workspace/invitations/{token}/acceptance")
    assert done.headers["Location"] == f"/workspace/{producer.id}"
    assert invited.post(f"/workspace/invitations/{token}/acceptance").status_code == 409
    assert other.get("/workspace/invitations/" + "x" * 43).status_code == 404


def test_pages_and_acts_of_another_team_are_not_found(app, producer, owner):
    stranger = browser_of(app, make_member(make_producer()))
    place = db.session.scalars(select(Membership).where(Membership.user_id == owner.id)).one().id
    token = invite(owner, producer)
    number = db.session.scalars(select(Invitation)).one().id
    base = f"/workspace/{producer.id}"

    tried = [
        stranger.get(f"{base}/team"),
        stranger.post(f"{base}/team/invitations", data={"phone": "0912000999", "role": "owner"}),
        stranger.post(f"{base}/team/invitations/{number}/withdrawal"),
        stranger.post(f"{base}/team/{place}/role", data={"role": "packer"}),
        stranger.post(f"{base}/team/{place}/removal"),
        stranger.post(f"{base}/assistance", data={"officer": "1"}),
        stranger.post(f"{base}/assistance/1/end"),
    ]

    assert [each.status_code for each in tried] == [404] * 7
    assert token
    assert (roles(producer), outcomes()) == ({owner.id: "owner"}, [None])
