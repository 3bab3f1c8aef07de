"""What tests of the register lean on: a writing transaction, a product, a source, rows of a file."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from catalog.facts import PlaceFacts, ProducerFacts, ProductFacts, SourceFacts
from catalog.models import Product, Source
from catalog.operations.places import record_place
from catalog.operations.producers import record_producer
from catalog.operations.products import record_product
from catalog.operations.sources import record_source
from core import clock as present
from core.db import Model, db, transaction

Make = Callable[..., Any]


@pytest.fixture
def writing(db_session: Session) -> Iterator[Session]:
    """The session inside one transaction, as an operation finds it."""
    with transaction():
        yield db_session


@pytest.fixture
def make_product(writing: Session) -> Make:
    """A product of a household in Cư Jút; facts by name."""

    def make(name: str = "Tinh bột nghệ", **facts: Any) -> Product:
        place = record_place(PlaceFacts(commune="xã Nam Dong", district="Cư Jút", province="Đắk Nông")).place
        producer = record_producer(ProducerFacts(name="Cơ sở Hải Hoa", kind="household"), place=place)
        return record_product(
            ProductFacts(name=name, **facts), now=present.now(), producer=producer, place=place
        )

    return make


@pytest.fixture
def source(writing: Session) -> Source:
    return record_source(SourceFacts(key="S2", publisher="Cổng thông tin tỉnh"))


def count_rows() -> dict[str, int]:
    """Rows of every table of the register, the change feed included."""
    tables = [
        table for table in Model.metadata.sorted_tables if not table.name.startswith(("job", "attempt"))
    ]
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def last_change() -> int:
    return db.session.scalar(text("SELECT max(seq) FROM catalog_change")) or 0
