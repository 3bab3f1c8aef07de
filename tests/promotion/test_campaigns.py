"""Campaigns: made by an office, shown on their days, with goods that both sides agreed to."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select

from core import clock as present
from core.db import db, transaction
from orders.bundle_terms import BundleFacts
from orders.models.bundles import Bundle, BundleItem
from orders.models.vouchers import Bearer
from orders.operations.bundles import make_bundle, publish_bundle
from orders.operations.vouchers import make_voucher
from orders.queries.bundles import SHOWN_MOST
from orders.voucher_terms import VoucherFacts
from promotion.campaign_terms import CampaignFacts, EntryState, Phase
from promotion.errors.campaigns import (
    CampaignNotFoundError,
    CampaignOverError,
    EntryNotFoundError,
    EntryStateError,
    InvalidCampaignError,
)
from promotion.models.campaigns import Campaign, CampaignEntry, CampaignEntryEvent
from promotion.operations.campaign_entries import answer_entry, ask_to_take_part, decide_entry, invite
from promotion.operations.campaigns import (
    attach_hamper,
    attach_voucher,
    detach_voucher,
    end_campaign,
    make_campaign,
    publish_campaign,
)
from promotion.queries.campaigns import (
    find_home_campaign,
    get_campaign_page,
    get_office_campaign,
    get_own_entry,
    list_campaigns,
    list_office_campaigns,
)
from tests.factories import make_place, make_producer, make_product
from tests.people import (
    LAO_CAI,
    actor,
    browser_of,
    make_administrator,
    make_member,
    make_officer,
)
from tests.promotion.senders import Sender

TODAY = date(2026, 11, 22)
DAYS = {"from_on": TODAY, "until_on": TODAY + timedelta(days=20)}
WORDS = {"name": "Tết Đinh Mùi 2027", "summary": "Quà Tết của các xã.", "criteria": "Hàng có sao."}


def do(act, *args, **options):
    with transaction():
        return act(*args, now=present.now(), **options)


@pytest.fixture
def house(db_session):
    return actor(make_administrator())


@pytest.fixture
def campaign(house):
    made = do(make_campaign, CampaignFacts(**WORDS, **DAYS), by=house)
    do(publish_campaign, made)
    return made


def entry_of(product):
    return db.session.scalar(select(CampaignEntry).where(CampaignEntry.product_id == product.id))


def asked(campaign, product, by):
    do(ask_to_take_part, campaign, product.producer_id, [product.id], by=by)
    return entry_of(product)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": ""}, ("name", "missing")),
        ({"name": "x" * 121}, ("name", "too_long")),
        ({"summary": ""}, ("summary", "missing")),
        ({"criteria_en": "x" * 1_001}, ("criteria_en", "too_long")),
        ({"from_on": None}, ("from_on", "missing")),
        ({"until_on": TODAY - timedelta(days=1)}, ("until_on", "days")),
        ({"until_on": TODAY + timedelta(days=120)}, ("until_on", "too_long")),
    ],
)
def test_a_campaign_that_makes_no_sense_is_refused_and_there_is_none(house, change, fault):
    with pytest.raises(InvalidCampaignError) as refused:
        do(make_campaign, CampaignFacts(**(WORDS | DAYS | change)), by=house)

    assert (refused.value.field, refused.value.reason) == fault
    assert db.session.scalar(select(func.count(Campaign.id))) == 0


def test_a_campaign_is_shown_on_its_days_only_and_says_afterwards_that_it_is_over(house, clock):
    later = {"from_on": TODAY + timedelta(days=1), "until_on": TODAY + timedelta(days=2)}
    made = do(make_campaign, CampaignFacts(**(WORDS | later)), by=house)
    do(publish_campaign, made)
    slug = made.slug

    seen = []
    for days in range(4):
        on = TODAY + timedelta(days=days)
        try:
            seen.append(get_campaign_page(slug, on).phase)
        except CampaignNotFoundError:
            seen.append(None)
        assert (find_home_campaign(on) is not None) == (days in {1, 2})

    assert slug == "tet-dinh-mui-2027"
    assert seen == [None, Phase.RUNNING, Phase.RUNNING, Phase.OVER]
    lists = list_campaigns(TODAY + timedelta(days=3))
    assert (lists.running, [each.slug for each in lists.over]) == ((), [slug])


def test_nobody_sees_what_is_not_published(house):
    made = do(make_campaign, CampaignFacts(**WORDS, **DAYS), by=house)

    with pytest.raises(CampaignNotFoundError):
        get_campaign_page(made.slug, TODAY)
    assert list_campaigns(TODAY).running == ()


def test_an_office_changes_only_what_it_made_and_administrators_all(house, campaign):
    ours, theirs = actor(make_officer()), actor(make_officer("province", LAO_CAI))
    own = do(make_campaign, CampaignFacts(**(WORDS | DAYS | {"name": "Mùa dừa"})), by=ours)

    assert own.office_province_code == "86"
    assert [each.id for each in list_office_campaigns(ours)] == [own.id]
    assert [each.id for each in list_office_campaigns(house)] == [own.id, campaign.id]
    for person, campaign_id in ((theirs, own.id), (ours, campaign.id), (house, 10**12)):
        with pytest.raises(CampaignNotFoundError):
            get_office_campaign(person, campaign_id)


def test_a_producer_asks_the_office_refuses_with_a_reason_and_accepts_later(house, campaign):
    product = make_product()
    by = actor(make_member(product.producer))
    entry = asked(campaign, product, by)
    assert get_campaign_page(campaign.slug, TODAY).product_ids == ()

    with pytest.raises(InvalidCampaignError):
        do(decide_entry, entry, EntryState.REFUSED, " ", by=house)
    assert entry_of(product).state == "asked"
    do(decide_entry, entry, EntryState.REFUSED, "Ảnh mờ", by=house)
    do(answer_entry, entry_of(product), EntryState.ASKED, by=by)
    do(decide_entry, entry_of(product), EntryState.ACCEPTED, "", by=house)

    assert get_campaign_page(campaign.slug, TODAY).product_ids == (product.id,)
    events = db.session.scalars(select(CampaignEntryEvent).order_by(CampaignEntryEvent.id)).all()
    assert [(each.state, each.reason) for each in events] == [
        ("asked", None),
        ("refused", "Ảnh mờ"),
        ("asked", None),
        ("accepted", None),
    ]
    do(answer_entry, entry_of(product), EntryState.WITHDRAWN, by=by)
    assert get_campaign_page(campaign.slug, TODAY).product_ids == ()


def test_an_invitation_is_not_shown_before_the_producer_agrees(house, campaign):
    product = make_product()
    by = actor(make_member(product.producer))
    do(invite, campaign, product.id, by=house)
    assert get_campaign_page(campaign.slug, TODAY).product_ids == ()
    with pytest.raises(EntryStateError):
        do(decide_entry, entry_of(product), EntryState.ACCEPTED, "", by=house)

    assert do(ask_to_take_part, campaign, product.producer_id, [product.id], by=by) == 1

    assert entry_of(product).state == "accepted"
    assert do(ask_to_take_part, campaign, product.producer_id, [product.id], by=by) == 0


def test_goods_that_may_not_take_part_are_refused_and_nothing_is_noted(house, campaign, clock):
    own = make_product()
    by = actor(make_member(own.producer))
    other, hidden = make_product(), make_product(producer=own.producer, is_listed=False)
    spirit = make_product(producer=own.producer, criteria_set=11)
    cases = [([other.id], "not_yours"), ([hidden.id], "not_sold"), ([], "missing"), ([10**15], "not_sold")]
    cases.append(([own.id, other.id], "not_yours"))

    for ids, reason in cases:
        with pytest.raises(InvalidCampaignError) as refused:
            do(ask_to_take_part, campaign, own.producer_id, ids, by=by)
        assert refused.value.reason == reason, ids

    assert spirit.id
    assert db.session.scalar(select(func.count(CampaignEntry.id))) == 0


def test_a_name_that_speaks_of_stars_takes_no_part_and_leaves_the_page_once_they_are_over(
    house, campaign, clock
):
    claims = make_product(name="Trà OCOP 5 sao")
    own = make_product(name="Kẹo OCOP 4 sao", producer=claims.producer, certification={"expires_on": TODAY})
    by = actor(make_member(own.producer))
    with pytest.raises(InvalidCampaignError) as refused:
        do(ask_to_take_part, campaign, own.producer_id, [own.id, claims.id], by=by)
    assert refused.value.reason == "star_claim"
    assert db.session.scalar(select(func.count(CampaignEntry.id))) == 0

    do(ask_to_take_part, campaign, own.producer_id, [own.id], by=by)
    do(decide_entry, db.session.scalars(select(CampaignEntry)).one(), EntryState.ACCEPTED, "", by=house)
    days = (TODAY, TODAY + timedelta(days=1))

    assert [get_campaign_page(campaign.slug, on).product_ids for on in days] == [(own.id,), ()]


def test_a_provinces_campaign_takes_goods_of_its_province_only(db_session):
    office = actor(make_officer())
    made = do(make_campaign, CampaignFacts(**WORDS, **DAYS), by=office)
    do(publish_campaign, made)
    far = make_place(current_province_code=LAO_CAI, current_province="Tỉnh Lào Cai")
    product = make_product(producer=make_producer(place=far))

    with pytest.raises(InvalidCampaignError) as refused:
        do(invite, made, product.id, by=office)

    assert refused.value.reason == "elsewhere"
    assert db.session.scalar(select(func.count(CampaignEntry.id))) == 0


def test_an_over_campaign_takes_nothing(house, campaign):
    product = make_product()
    by = actor(make_member(product.producer))
    do(end_campaign, campaign, by=house)
    do(end_campaign, campaign, by=house)

    for act in (
        lambda: do(ask_to_take_part, campaign, product.producer_id, [product.id], by=by),
        lambda: do(attach_voucher, campaign, "TET2027"),
        lambda: do(publish_campaign, campaign),
    ):
        with pytest.raises(CampaignOverError):
            act()
    assert db.session.scalar(select(func.count(CampaignEntry.id))) == 0


def test_somebody_elses_entry_is_not_found(campaign):
    product, rival = make_product(), make_product()
    entry = asked(campaign, product, actor(make_member(product.producer)))

    with pytest.raises(EntryNotFoundError):
        get_own_entry(rival.producer_id, entry.id)


def test_only_codes_of_the_market_and_hampers_of_those_who_take_part_are_shown(house, campaign):
    product = make_product()
    by = actor(make_member(product.producer))
    facts = {"percent": 10, "from_on": TODAY, "until_on": TODAY + timedelta(days=5), "use_limit": 100}
    do(make_voucher, VoucherFacts(code="TET2027", **facts), Bearer.PLATFORM, by=house)
    own = VoucherFacts(code="CUARIENG", producer_id=product.producer_id, **facts)
    do(make_voucher, own, Bearer.PRODUCER, by=by)
    hamper = do(make_bundle, BundleFacts(name="Giỏ dừa", items=((product.variants[0].id, 2),)),
                product.producer_id, by=by)  # fmt: skip
    do(publish_bundle, hamper)

    assert do(attach_voucher, campaign, " tet-2027 ").code == "TET2027"
    do(attach_voucher, campaign, "TET2027")
    for act, reason in (
        (lambda: do(attach_voucher, campaign, "CUARIENG"), "unknown"),
        (lambda: do(attach_voucher, campaign, "x" * 5_000), "unknown"),
        (lambda: do(attach_hamper, campaign, "/hampers/gio-dua"), "not_in"),
        (lambda: do(attach_hamper, campaign, "/hampers/nowhere"), "unknown"),
    ):
        with pytest.raises(InvalidCampaignError) as refused:
            act()
        assert refused.value.reason == reason
    entry = asked(campaign, product, by)
    do(decide_entry, entry, EntryState.ACCEPTED, "", by=house)
    do(attach_hamper, campaign, "https://market.test/hampers/gio-dua/")

    page = get_campaign_page(campaign.slug, TODAY)
    assert [(each.code, each.percent, each.use_limit) for each in page.vouchers] == [("TET2027", 10, 100)]
    assert [view.hamper.price_vnd for view in page.hampers] == [250_000]
    with transaction():
        detach_voucher(campaign, page.vouchers[0].id)
    assert get_campaign_page(campaign.slug, TODAY).vouchers == ()


@pytest.fixture
def hamper(house, campaign):
    """A hamper of a producer who takes part, shown in the campaign."""
    product = make_product()
    by = actor(make_member(product.producer))
    facts = BundleFacts(name="Giỏ dừa", items=((product.variants[0].id, 2),))
    made = do(make_bundle, facts, product.producer_id, by=by)
    do(publish_bundle, made)
    do(decide_entry, asked(campaign, product, by), EntryState.ACCEPTED, "", by=house)
    do(attach_hamper, campaign, "/hampers/gio-dua")
    return made


def hampers_of(campaign):
    return [view.hamper.bundle_id for view in get_campaign_page(campaign.slug, TODAY).hampers]


def test_a_hamper_stays_in_its_campaign_however_many_came_after_it(campaign, hamper):
    pack, first = hamper.items[0].variant_id, hamper.id + 1
    later = range(first, first + SHOWN_MOST)
    maker = {"created_by_id": hamper.created_by_id, "published_at": present.now()}
    with transaction():
        db.session.execute(
            insert(Bundle), [{"id": each, "slug": f"gio-{each}", "name": "Giỏ", **maker} for each in later]
        )
        items = [{"bundle_id": each, "variant_id": pack, "quantity": 1, "position": 1} for each in later]
        db.session.execute(insert(BundleItem), items)

    assert hampers_of(campaign) == [hamper.id]


@pytest.mark.parametrize("state", [EntryState.WITHDRAWN, EntryState.REFUSED])
def test_the_hamper_of_a_producer_who_takes_part_no_more_is_shown_no_more(house, campaign, hamper, state):
    entry = db.session.scalars(select(CampaignEntry)).one()
    assert hampers_of(campaign) == [hamper.id]

    if state is EntryState.WITHDRAWN:
        do(answer_entry, entry, state, by=actor(make_member(hamper.producer)))
    else:
        do(decide_entry, entry, state, "Ảnh mờ", by=house)

    assert hampers_of(campaign) == []


def test_pages_of_a_campaign_from_the_office_to_the_shop(app, client, house):
    product = make_product(name="Kẹo <b>dừa</b>")
    other = do(make_campaign, CampaignFacts(**(WORDS | DAYS | {"name": "Của nhà chợ"})), by=house)
    officer = Sender(browser_of(app, make_officer("nation")), "/office/campaigns")
    member = Sender(browser_of(app, make_member(product.producer)), "/workspaces")
    desk = f"/workspace/{product.producer_id}/promote"

    made = officer.post("/office/campaigns", WORDS | {k: v.isoformat() for k, v in DAYS.items()})
    own_id = int(made.headers["Location"].rsplit("/", 1)[1])
    assert officer.get(f"/office/campaigns/{other.id}").status_code == 404
    refused = officer.post("/office/campaigns", WORDS | {"from_on": "x"})
    assert (refused.status_code, "Quà Tết của các xã." in refused.text) == (422, True)
    assert officer.post(f"/office/campaigns/{own_id}/publication").status_code == 303
    assert "Tết Đinh Mùi 2027" in member.get(desk).text
    member.page = desk
    sent = member.post(f"{desk}/campaigns/{own_id}", {"product": [product.id]})
    assert (sent.status_code, entry_of(product).campaign_id) == (303, own_id)
    decision = f"/office/campaigns/{own_id}/entries/{entry_of(product).id}/decision"
    assert officer.post(decision, {"choice": "refuse"}).status_code == 422
    assert officer.post(decision, {"choice": "accept"}).status_code == 303

    slug = db.session.get_one(Campaign, own_id).slug
    page = client.get(f"/campaigns/{slug}")
    assert (page.status_code, "Kẹo &lt;b&gt;dừa&lt;/b&gt;" in page.text) == (200, True)
    assert f"/share/campaign/{slug}/" in page.text
    assert "Tết Đinh Mùi 2027" in client.get("/campaigns").text
    assert "Tết Đinh Mùi 2027" in client.get("/").text
    assert officer.post(f"/office/campaigns/{own_id}/ending").status_code == 303
    over = client.get(f"/campaigns/{slug}")
    assert (over.status_code, "Kẹo" in over.text) == (200, False)
    assert "Tết Đinh Mùi 2027" not in client.get("/").text
