"""Statements that the busiest pages ask, handed to the driver as it takes them.

Session and engine put a statement together anew each time it is asked, which costs several times what the database
needs to answer. Here that is done once. Values and answers go through the same types as everywhere else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Final, NamedTuple

from sqlalchemy import JSON, BindParameter, Connection, Dialect, Executable, bindparam
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.types import TypeEngine

from core.db import db

Change = Callable[[Any], Any]


def values_of(table: Any, *names: str) -> dict[str, BindParameter[Any]]:
    """For `insert(table).values(…)` and `update`: a value of its column's type, called like it, for each of `names`.

    Without names: for all columns but the key that the database gives. None is NULL, in columns of JSON too.
    """
    wanted = names or tuple(column.name for column in table.c if column is not table.autoincrement_column)
    return {name: bindparam(name, type_=_nullable(table.c[name].type)) for name in wanted}


def _nullable(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return JSON(none_as_null=True) if isinstance(kind, JSON) else kind


class Prepared:
    """A statement, compiled once for each kind of database.

    All that varies is a `bindparam`; none of them may stand for a list. Where the session has a transaction open the
    statement is part of it, else it stands by itself: what writes needs `transaction()` around it.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._forms: Final[dict[str, _Form]] = {}

    def all(self, values: Mapping[str, Any]) -> list[Any]:
        """Every row, its columns by name. Raises what the session raises, OperationalError among it."""
        with self._asked(values) as (cursor, form):
            return form.records(cursor.fetchall())

    def first(self, values: Mapping[str, Any], within: Connection | None = None) -> Any | None:
        """The first row or None. within: a connection that the edge opened by itself."""
        with self._asked(values, within) as (cursor, form):
            found = form.records([row] if (row := cursor.fetchone()) is not None else [])
        return found[0] if found else None

    def one(self, values: Mapping[str, Any]) -> Any:
        """The first row of what always gives one. Raises NoResultFound."""
        found = self.first(values)
        if found is None:
            raise NoResultFound
        return found

    def run(self, values: Mapping[str, Any]) -> int:
        """Do it; how many rows it met."""
        with self._asked(values) as (cursor, _form):
            return int(cursor.rowcount)

    def run_each(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Do it once for each of `rows`."""
        with self._told() as (cursor, form):
            cursor.executemany(form.text, [form.filled(values) for values in rows])

    @contextmanager
    def _asked(
        self, values: Mapping[str, Any], within: Connection | None = None
    ) -> "Iterator[tuple[Any, _Form]]":
        with self._told(within) as (cursor, form):
            cursor.execute(form.text, form.filled(values))
            yield cursor, form

    @contextmanager
    def _told(self, within: Connection | None = None) -> "Iterator[tuple[Any, _Form]]":
        dialect = db.engine.dialect
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self._statement, dialect)
        with _cursor(within) as cursor:
            try:
                yield cursor, form
            except dialect.loaded_dbapi.Error as error:
                # As the session tells it, and without what people typed.
                raise DBAPIError.instance(
                    form.text,
                    None,
                    error,
                    dialect.loaded_dbapi.Error,
                    hide_parameters=True,
                    dialect=dialect,
                ) from error


class _Form:
    """What a driver is handed for a statement, and how its answers are read."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        asked = {name for name, bind in compiled.binds.items() if bind.required}
        whole = compiled.construct_expanded_state(
            dict.fromkeys(asked)
        )  # lists of the statement itself written out
        self.text = whole.statement
        self._order = whole.positiontup
        self._changes: dict[str, Change] = dict(whole.processors)
        for bind, name in compiled.bind_names.items():
            change = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if change is not None:
                self._changes[name] = change
        self._fixed = {
            name: self._changed(name, value) for name, value in whole.parameters.items() if name not in asked
        }
        columns = compiled._result_columns
        self._readers: list[tuple[int, Change]] = [
            (place, read)
            for place, column in enumerate(columns)
            if (read := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]
        record: Any = NamedTuple("Record", [(column.keyname, Any) for column in columns])  # type: ignore[misc]
        self._make = record._make

    def filled(self, values: Mapping[str, Any]) -> Any:
        """All values as the driver takes them."""
        whole = self._fixed | {name: self._changed(name, value) for name, value in values.items()}
        return whole if self._order is None else tuple([whole[name] for name in self._order])

    def records(self, rows: list[Any]) -> list[Any]:
        """Rows of the driver with their columns by name."""
        if not self._readers:
            return [self._make(row) for row in rows]
        found = []
        for row in rows:
            cells = list(row)
            for place, read in self._readers:
                cells[place] = read(cells[place])
            found.append(self._make(cells))
        return found

    def _changed(self, name: str, value: Any) -> Any:
        change = self._changes.get(name)
        return value if change is None else change(value)


@contextmanager
def _cursor(within: Connection | None) -> Iterator[Any]:
    if within is not None:
        with closing(within.connection.cursor()) as cursor:
            yield cursor
        return
    session = db.session
    if session().in_transaction():
        session.flush()  # as any other statement of the session sees what was changed before it
        with closing(session.connection().connection.cursor()) as cursor:
            yield cursor
        return
    with closing(db.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        yield cursor
