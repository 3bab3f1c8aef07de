"""Goods ticked for a campaign of which one is refused: the page says which one, and the others are ticked still."""

import re

import pytest
from sqlalchemy import func, select

from catalog.models import Product
from core.db import db, transaction
from promotion.campaign_terms import CampaignFacts
from promotion.models.campaigns import CampaignEntry
from promotion.operations.campaigns import make_campaign, publish_campaign
from tests.factories import make_producer, make_product
from tests.people import actor, browser_of, make_administrator, make_member
from tests.promotion.senders import Sender
from tests.promotion.test_campaigns import DAYS, WORDS, do


@pytest.fixture
def campaign_id(db_session):
    made = do(make_campaign, CampaignFacts(**WORDS, **DAYS), by=actor(make_administrator()))
    do(publish_campaign, made)
    return made.id


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "Rượu nếp", "criteria_set": 14}, "Luật không cho quảng bá"),
        ({"name": "Kẹo OCOP 5 sao"}, "Tên nói đến hạng sao"),
        ({"name": "Mứt dừa", "is_for_sale": False}, "Hãy chọn hàng đang bán"),
    ],
)
def test_one_refused_product_is_named_and_the_others_stay_ticked(app, campaign_id, change, sentence):
    producer = make_producer()
    goods = [make_product(producer=producer, name=f"Kẹo {number}") for number in (1, 2)]
    bad = make_product(producer=producer)
    base = f"/workspace/{producer.id}/promote"
    sender = Sender(browser_of(app, make_member(producer)), base)
    wanted = [each.id for each in (*goods, bad)]
    with transaction():
        for name, value in change.items():
            setattr(db.session.get_one(Product, bad.id), name, value)

    page = sender.post(f"{base}/campaigns/{campaign_id}", {"product": wanted})

    assert page.status_code == 422
    assert f"{change['name']}: {sentence}" in page.text
    checked = re.findall(r'name="product" value="(\d+)" checked', page.text)
    assert [int(number) for number in checked] == wanted[:2]
    assert db.session.scalar(select(func.count(CampaignEntry.id))) == 0
