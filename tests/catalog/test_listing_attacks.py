"""Forms of listings with more in them than they ask for, and addresses of things that are somebody else's."""

import pytest
from sqlalchemy import select, text

from accounts.models import Membership
from catalog.models import Certification, Producer, Product, Variant
from catalog.models.listings import ListingDraft, ProductChange
from catalog.views.workspace.listings_urls import ROUTES
from core import clock as present
from core.db import db
from tests.factories import make_producer, make_product, saved
from tests.support.hands import ANSWERS, Hand, answer_all, begin, product_row

LOCKED = {
    "product": {"id", "slug", "register_key", "ocop_code", "illustration", "is_demonstration", "source_id"}
    | {"producer_id", "place_id", "recorded_at", "is_listed", "is_for_sale", "group_as_stated"},
    "producer": {column.name for column in Producer.__table__.columns},
    "certification": {column.name for column in Certification.__table__.columns},
}


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but those that every request may write."""
    db.session.rollback()
    names = db.session.execute(
        text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        if db.engine.dialect.name == "sqlite"
        else text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    )
    tables = [
        name for (name,) in names if name not in {"session", "attempt", "rate_bucket", "alembic_version"}
    ]
    quoted = db.engine.dialect.identifier_preparer.quote
    rows = {table: db.session.execute(text(f"SELECT * FROM {quoted(table)}")).all() for table in tables}
    db.session.rollback()
    return {table: [tuple(row) for row in sorted(found, key=repr)] for table, found in rows.items()}


def locked() -> dict[str, list[tuple[object, ...]]]:
    db.session.rollback()
    tables = {"product": Product, "producer": Producer, "certification": Certification}
    return {
        name: [
            tuple(row)
            for row in db.session.execute(
                select(*(table.__table__.c[column] for column in sorted(LOCKED[name])))
            )
        ]
        for name, table in tables.items()
    }


def every_column() -> dict[str, str]:
    """A value for every column of every table that a listing touches, as forms would name them."""
    columns = {
        column.name: "1"
        for model in (Product, Variant, Producer, Certification, ListingDraft, ProductChange)
        for column in model.__table__.columns
    }
    packs = {f"variant-1-{column.name}": "1" for column in Variant.__table__.columns}
    dotted = {f"product.{column.name}": "1" for column in Product.__table__.columns}
    return {
        "slug": "khac",
        "register_key": "khac",
        "stars": "5",
        "search_text": "khac",
        **columns,
        **packs,
        **dotted,
        "variant-999999-price": "1k",
    }


def test_every_column_in_every_form_changes_no_locked_one(app, db_session):
    producer = make_producer()
    product = make_product(producer=producer)
    make_product()
    hand = Hand(app, producer)
    before = locked()
    one = f"/products/{product.id}"
    forms = [(f"{one}/draft/{step}", form) for step, form in ANSWERS.items()]
    forms += [(f"{one}/draft/fields", {}), (f"{one}/draft/application", {}), (f"{one}/season", {})]
    forms += [("/prices", {}), ("/vacation", {}), (f"/stock/{product.variants[0].id}", {})]

    for path, form in forms:
        answer = hand.post(path, every_column() | form)
        assert answer.status_code in {200, 303, 409, 422}, path

    assert locked() == before
    assert "khac" not in product_row(product.id).search_text
    assert product_row(product.id).name == "Kẹo dừa"


def test_a_new_listing_takes_its_name_only(app, db_session):
    producer = make_producer()
    hand = Hand(app, producer)

    answer = hand.post("/products", every_column() | {"name": "Mứt gừng"}, at="/products/new")

    assert answer.status_code == 303
    row = db.session.scalars(select(Product)).one()
    assert (row.name, row.slug, row.producer_id) == ("Mứt gừng", "mut-gung", producer.id)
    assert (row.is_listed, row.is_for_sale, row.is_demonstration, row.source_id) == (False,) * 3 + (None,)
    assert (row.group_no, row.ocop_code, row.register_key, row.place_id) == (None,) * 4


def addresses(product, producer_id):
    """Every address of listings, about `product` in the workspace of `producer_id`."""
    values = {
        "<int:producer_id>": str(producer_id),
        "<int:product_id>": str(product.id),
        "<int:variant_id>": str(product.variants[0].id),
        "<int:change_id>": str(db.session.scalar(select(ProductChange.id))),
        "<step>": "what",
    }
    for method, address, _view in ROUTES:
        path = address
        for name, value in values.items():
            path = path.replace(name, value)
        yield method, path


@pytest.fixture
def victim(app, db_session):
    """Somebody with a published product and a change that could be undone."""
    hand = Hand(app, make_producer())
    product_id = begin(hand)
    answer_all(hand, product_id)
    assert hand.post(f"/products/{product_id}/publication").status_code == 303
    return product_row(product_id)


def test_nothing_of_somebody_else_is_found_or_changed(app, victim):
    stranger = Hand(app, make_producer())
    own_id = begin(stranger, key="22222222-2222-4222-8222-222222222222")
    assert own_id != victim.id
    before = everything()

    asked = 0
    for method, path in addresses(victim, victim.producer_id):
        answer = ask(stranger, method, f"/workspace{path}")
        assert answer.status_code == 404, (method, path)
        asked += 1
    for method, path in addresses(victim, stranger.base.rpartition("/")[2]):
        if f"/{victim.id}" in path.partition("/products")[2] or "/stock/" in path:
            answer = ask(stranger, method, f"/workspace{path}")
            assert answer.status_code == 404, (method, path)
            asked += 1

    assert asked > len(ROUTES)
    assert everything() == before


def test_signed_out_everything_leads_to_the_sign_in_and_changes_nothing(client, victim):
    before = everything()

    for method, path in addresses(victim, victim.producer_id):
        answer = client.get(f"/workspace{path}") if method == "GET" else client.post(f"/workspace{path}")
        is_led = answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
        assert is_led or (method == "POST" and answer.status_code == 400), (method, path)

    assert everything() == before


def ask(hand, method, path):
    if method == "GET":
        return hand.browser.get(path)
    form = {"act": "none", "seen": "12", "summary": "Của kẻ lạ", "name": "Của kẻ lạ", "months": "1"}
    return hand.send(path, form)


def test_who_packs_for_one_and_owns_another_writes_nothing_for_the_first(app, victim):
    owner_elsewhere = Hand(app, make_producer())
    saved(
        Membership(
            user_id=owner_elsewhere.user.id,
            producer_id=victim.producer_id,
            role="packer",
            joined_at=present.now(),
        )
    )
    before = everything()

    for method, path in addresses(victim, owner_elsewhere.base.rpartition("/")[2]):
        if f"/{victim.id}" in path.partition("/products")[2]:
            assert ask(owner_elsewhere, method, f"/workspace{path}").status_code == 404, (method, path)

    assert everything() == before
