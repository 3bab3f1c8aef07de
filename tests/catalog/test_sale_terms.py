"""On what terms goods are sold: which papers are in force decides, judged for the day."""

from datetime import date

import pytest

from catalog.models import Certificate
from catalog.models.evidence import CertificateWithdrawal
from catalog.models.listings import ProductLabel
from catalog.queries.sale_terms import UNRULED, get_sale_terms, list_sale_terms
from core import clock as present
from tests.factories import make_producer, make_product, saved
from tests.people import make_user

ON = date(2026, 11, 22)


def paper(kind: str, **facts):
    values = {"number": "12/GP-SCT", "issued_on": date(2024, 1, 5), "expires_on": date(2029, 1, 5)}
    return saved(Certificate(**(values | facts), kind=kind, recorded_at=present.now()))


def test_goods_without_rules_cost_one_statement_and_have_no_terms(db_session):
    rice = make_product(criteria_set=3)

    assert list_sale_terms([rice.id], ON) == {}
    assert get_sale_terms(rice.id, ON) is UNRULED


def test_a_spirit_is_sold_once_the_licence_of_its_producer_is_on_record(db_session):
    producer = make_producer()
    wine = make_product(producer=producer, criteria_set=14)
    saved(ProductLabel(product_id=wine.id, alcohol="29% vol"))
    make_paperless = get_sale_terms(wine.id, ON)

    paper("alcohol_licence", producer_id=producer.id)
    licensed = get_sale_terms(wine.id, ON)

    assert (make_paperless.is_sellable, make_paperless.missing) == (False, ("alcohol_licence",))
    assert (licensed.is_sellable, licensed.numbers) == (True, (("alcohol_licence", "12/GP-SCT"),))
    assert (licensed.terms.buyer_age, licensed.terms.is_promotable) == (18, False)


@pytest.mark.parametrize("facts", [{"expires_on": date(2026, 11, 21)}, {"number": None}])
def test_a_paper_that_ended_or_has_no_number_is_none(db_session, facts):
    producer = make_producer()
    wine = make_product(producer=producer, criteria_set=14)
    paper("alcohol_licence", producer_id=producer.id, **facts)

    assert not get_sale_terms(wine.id, ON).is_sellable


def test_the_paper_of_another_producer_or_product_or_one_withdrawn_is_none(db_session):
    tea = make_product(criteria_set=18)
    paper("advert_confirmation", product_id=make_product(criteria_set=18).id)
    paper("alcohol_licence", product_id=tea.id)
    gone = paper("advert_confirmation", product_id=tea.id)
    officer = make_user()
    saved(
        CertificateWithdrawal(
            certificate_id=gone.id, reason="sai", officer_id=officer.id, withdrawn_at=present.now()
        )
    )

    assert get_sale_terms(tea.id, ON).missing == ("advert_confirmation",)
