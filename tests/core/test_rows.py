"""Rows of several tables taken apart into records."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, insert, select

from core.rows import RowParts

TABLES = MetaData()
CITY = Table("city", TABLES, Column("id", Integer, primary_key=True), Column("name", Text))
SHIP = Table(
    "ship", TABLES, Column("id", Integer, primary_key=True), Column("name", Text), Column("city_id", Integer)
)


def test_each_part_is_a_record_and_what_was_not_found_is_none():
    parts = RowParts(SHIP.c, CITY.c)
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        TABLES.create_all(connection)
        connection.execute(insert(CITY), {"id": 7, "name": "Huế"})
        connection.execute(
            insert(SHIP), [{"id": 1, "name": "A", "city_id": 7}, {"id": 2, "name": "B", "city_id": None}]
        )

        rows = connection.execute(
            select(*parts.columns).outerjoin(CITY, CITY.c.id == SHIP.c.city_id).order_by(SHIP.c.id)
        )
        (first, home), (second, nowhere) = map(parts.take_apart, rows)

    assert (first.name, home.id, home.name) == ("A", 7, "Huế")
    assert (second.name, nowhere) == ("B", None)
