"""Pages and papers of money: of producers and of administrators."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.sealing import seal
from catalog.models import Producer
from catalog.spreadsheets import read_table
from core import clock
from core.db import db, transaction
from settlement.models.payouts import BankAccount, Payout, PayoutRun, StatementQuestion
from settlement.models.rules import CommissionRule, TaxProfile, TaxRule
from settlement.operations.accounts import SEAL_PURPOSE
from settlement.operations.payouts import check_run, plan_run
from settlement.operations.sales import recognise_sale
from tests.factories import make_producer, saved
from tests.people import actor, browser_of, make_administrator, make_member
from tests.sales import make_sold, receive

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def household() -> Producer:
    """A household that sold for 1,000,000 ₫ at 5 % commission; 935,000 ₫ is due."""
    saved(
        CommissionRule(
            position=10,
            rate_bp=500,
            reason="khởi đầu",
            valid_from_at=clock.now(),
            entered_at=clock.now(),
            released_at=clock.now(),
        )
    )
    producer = make_producer(name="Hộ Chủ Hộ Thử", kind="household", tax_code="0312345678")
    sold = make_sold(producer, (500_000, 2))
    receive(sold.order)
    with transaction():
        recognise_sale(sold.id, now=clock.now())
    return producer


def make_account(app: Flask, producer: Producer) -> BankAccount:
    owner = make_member(producer)
    return saved(
        BankAccount(
            producer_id=producer.id,
            bank_bin="970405",
            bank_name="Agribank",
            number_sealed=seal("3100205123456", app.extensions["settings"].keys, SEAL_PURPOSE),
            number_end="3456",
            holder_name="CHU HO THU",
            added_by_id=owner.id,
            added_at=clock.now(),
            usable_from_at=clock.now(),
        )
    )


def posted(client: Any, path: str, **form: str) -> Any:
    page = client.get("/admin/commission" if path.startswith("/admin") else path.rpartition("/")[0])
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
    return client.post(path, data=form | {"csrf_token": found[1] if found else ""})


def test_the_first_sentence_says_what_comes_and_when(app: Flask, household: Producer):
    make_account(app, household)
    client = browser_of(app, make_member(household))

    page = client.get(f"/workspace/{household.id}/money").get_data(as_text=True)

    assert "935.000" in page
    assert "25/11/2026" in page
    assert "Nghị định 117/2025/NĐ-CP" in page
    assert "1.000.000.000" in page  # the threshold of the year


def test_a_statement_is_the_same_as_page_sheet_and_paper(app: Flask, household: Producer):
    client = browser_of(app, make_member(household))
    base = f"/workspace/{household.id}/money/2026-11"

    sheet = read_table(client.get(f"{base}.xlsx").data)
    lines = read_table(client.get(f"{base}.csv").data)
    paper = client.get(f"{base}.pdf")

    assert sheet.rows[1].cells[3:] == ("1000000", "0", "-50000", "-10000", "-5000", "935000")
    assert lines.rows[-2].cells[-1] == "935000"
    assert paper.data.startswith(b"%PDF-")
    assert paper.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("month", ["2026-12", "2019-01", "2026-13", "x"])
def test_a_month_without_a_statement_is_not_found(app: Flask, household: Producer, month):
    client = browser_of(app, make_member(household))

    assert client.get(f"/workspace/{household.id}/money/{month}").status_code == 404
    assert client.get(f"/workspace/{household.id}/money/{month}.csv").status_code == 404


@pytest.mark.parametrize("role", ["packer", "rival", "administrator"])
def test_the_money_of_a_producer_is_not_found_by_others(app: Flask, household: Producer, role):
    people = {
        "packer": lambda: make_member(household, "packer"),
        "rival": lambda: make_member(make_producer()),
        "administrator": make_administrator,
    }
    client = browser_of(app, people[role]())

    for path in ("money", "money/2026-11.xlsx", "money/accounts", "money/taxes/2026.pdf"):
        assert client.get(f"/workspace/{household.id}/{path}").status_code == 404


def test_a_producer_disputes_an_amount_and_is_answered(app: Flask, household: Producer):
    client, clerk = browser_of(app, make_member(household)), browser_of(app, make_administrator())
    asked = posted(
        client, f"/workspace/{household.id}/money/2026-11/questions", code="", question="Sao lại trừ 50.000?"
    )
    question_id = db.session.scalar(select(StatementQuestion.id))

    answered = posted(clerk, f"/admin/settlement/questions/{question_id}/answer", answer="Hoa hồng 5 %.")

    assert (asked.status_code, answered.status_code) == (303, 303)
    page = client.get(f"/workspace/{household.id}/money").get_data(as_text=True)
    assert "Hoa hồng 5 %." in page


def test_a_run_goes_from_plan_to_the_bank_and_back(app: Flask, household: Producer):
    make_account(app, household)
    clerk = browser_of(app, make_administrator())
    made = posted(clerk, "/admin/settlement/runs")
    run_id, payout_id = db.session.scalar(select(PayoutRun.id)), db.session.scalar(select(Payout.id))
    released = posted(clerk, f"/admin/settlement/runs/{run_id}/check")

    batch = read_table(clerk.get(f"/admin/settlement/runs/{run_id}.xlsx").data)
    qr = clerk.get(f"/admin/settlement/payouts/{payout_id}/qr.svg")
    nothing = posted(clerk, f"/admin/settlement/payouts/{payout_id}/payment", bank_reference="")
    paid = posted(clerk, f"/admin/settlement/payouts/{payout_id}/payment", bank_reference="FT99")

    assert (made.status_code, released.status_code, nothing.status_code, paid.status_code) == (
        303,
        303,
        422,
        303,
    )
    assert batch.rows[0].cells == (
        "1",
        "3100205123456",
        "CHU HO THU",
        "Agribank",
        "970405",
        "935000",
        f"OCOPCT{run_id}X{household.id}",
    )
    assert b"<svg" in qr.data
    db.session.rollback()
    assert db.session.scalar(select(Payout.state)) == "paid"
    assert b"FT99" in clerk.get(f"/admin/settlement/runs/{run_id}").data


def test_what_a_thief_types_as_a_name_is_no_formula_in_the_batch(app: Flask, household: Producer):
    account = make_account(app, household)
    with transaction():
        account.holder_name = "=HYPERLINK"
    by = actor(make_administrator())
    with transaction():
        run_id = plan_run(by=by, now=clock.now()).id
    with transaction():
        check_run(run_id, by=by, now=clock.now())
    clerk = browser_of(app, make_administrator())

    found = clerk.get(f"/admin/settlement/runs/{run_id}.csv").get_data(as_text=True)

    assert '"\'=HYPERLINK"' in found


def test_a_rate_holds_only_once_another_administrator_released_it(app: Flask):
    first, second = browser_of(app, make_administrator()), browser_of(app, make_administrator())
    form = {"kind": "vat", "seller_type": "household", "residency": "resident", "category": "goods"}
    entered = posted(
        first, "/admin/taxes", **form, rate="1,2", valid_from_on="2027-01-01", source="Nghị định thử 1/2027"
    )
    rule = db.session.scalars(select(TaxRule).where(TaxRule.rate_bp == 120)).one()
    rule_id = rule.id
    own = posted(first, f"/admin/taxes/{rule_id}/release")

    released = posted(second, f"/admin/taxes/{rule_id}/release")

    assert (entered.status_code, own.status_code, released.status_code) == (303, 409, 303)
    db.session.expire_all()
    former = db.session.scalars(
        select(TaxRule).where(
            TaxRule.kind == "vat",
            TaxRule.seller_type == "household",
            TaxRule.residency == "resident",
            TaxRule.category == "goods",
            TaxRule.rate_bp == 100,
        )
    ).one()
    assert former.valid_to_on
    assert former.valid_to_on.isoformat() == "2026-12-31"


@pytest.mark.parametrize(
    "form",
    [
        {"rate": "x"},
        {"rate": "101"},
        {"rate": "5", "reason": ""},
        {"rate": "5", "reason": "r", "max": "1", "min": "2"},
    ],
)
def test_a_rule_that_cannot_be_is_refused(app: Flask, form):
    clerk = browser_of(app, make_administrator())

    answer = posted(clerk, "/admin/commission", **form)

    assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(CommissionRule)) == 1


def test_a_released_rule_ends_the_one_it_replaces(app: Flask):
    first, second = browser_of(app, make_administrator()), browser_of(app, make_administrator())
    seeded = db.session.scalar(select(CommissionRule.id))
    posted(
        first, "/admin/commission", position="900", rate="5", reason="hợp đồng mẫu", replaces_id=str(seeded)
    )
    rule_id = db.session.scalar(select(CommissionRule.id).where(CommissionRule.rate_bp == 500))

    posted(second, f"/admin/commission/{rule_id}/release")

    db.session.expire_all()
    rules = db.session.scalars(select(CommissionRule).order_by(CommissionRule.id)).all()
    assert rules[0].valid_to_at == clock.now()
    assert (rules[1].released_at, rules[1].valid_to_at) == (clock.now(), None)


def test_the_month_s_taxes_and_the_certificate_of_the_year(app: Flask, household: Producer):
    clerk = browser_of(app, make_administrator())

    table = read_table(clerk.get("/admin/taxes/2026-11.xlsx").data)
    paper = clerk.get(f"/admin/taxes/producers/{household.id}/2026.pdf")

    assert table.rows[0].cells[0:2] == ("Hộ Chủ Hộ Thử", "0312345678")
    assert table.rows[0].cells[4:] == ("1000000", "10000", "5000", "0", "0", "0", "10000", "5000")
    assert paper.data.startswith(b"%PDF-")
    assert clerk.get("/admin/taxes/2026-12.xlsx").status_code == 404
    assert clerk.get(f"/admin/taxes/producers/{household.id}/2031.pdf").status_code == 404


def test_a_tax_profile_needs_its_evidence(app: Flask, household: Producer):
    clerk = browser_of(app, make_administrator())
    form = {"seller_type": "company", "residency": "resident"}

    refused = posted(clerk, f"/admin/taxes/producers/{household.id}", **form, evidence=" ")
    noted = posted(clerk, f"/admin/taxes/producers/{household.id}", **form, evidence="Giấy ĐKKD 0312345678")

    assert (refused.status_code, noted.status_code) == (422, 303)
    assert db.session.scalars(select(TaxProfile.seller_type)).all() == ["company"]


def test_the_books_are_searched_by_the_code_of_an_order(app: Flask, household: Producer):
    clerk = browser_of(app, make_administrator())
    from orders.models.orders import SellerOrder

    sold = db.session.scalars(select(SellerOrder)).one()
    codes = (sold.code, sold.order.code)

    for code in codes:
        page = clerk.get(f"/admin/ledger?q={code}").get_data(as_text=True)
        assert page.count("<h3>") == 2
    assert clerk.get("/admin/ledger?q=OC99").get_data(as_text=True).count("<h3>") == 0
    assert clerk.get("/admin/ledger?before=99999999999999999999999").status_code == 200
    assert "payment_received" in clerk.get("/admin/ledger.csv").get_data(as_text=True)
    assert clerk.get("/admin/ledger.exe").status_code == 404


def test_beside_a_price_stands_what_the_producer_gets(app: Flask, household: Producer):
    from catalog.models import Product

    client = browser_of(app, make_member(household))
    product = db.session.scalars(select(Product).where(Product.producer_id == household.id)).one()
    product_id = product.id

    table = client.get(f"/workspace/{household.id}/prices").get_data(as_text=True)
    draft = client.get(f"/workspace/{household.id}/products/{product_id}/draft/packs").get_data(as_text=True)

    # 500,000: 5 % commission, 1 % and 0.5 % taxes
    assert "467.500" in table
    assert "467.500" in draft
