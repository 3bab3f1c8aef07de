"""Logs: one event, one line, whatever is in it."""

import dataclasses
import io
import json
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from core.config import AccessLog
from core.logs import request_id, set_up_logs
from core.web.access import public


@pytest.fixture
def written():
    stream = io.StringIO()
    level = logging.getLogger().level
    set_up_logs("INFO", "json", stream)
    yield stream
    set_up_logs("WARNING", "json")
    logging.getLogger().setLevel(level)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_object_with_its_facts(written):
    token = request_id.set("abc12345")
    logging.getLogger("x").warning("stamps issued", extra={"run_id": 7, "count": 2})
    request_id.reset(token)

    (line,) = lines(written)
    assert line["at"].endswith("Z")
    del line["at"]
    assert line == {
        "level": "warning",
        "event": "stamps issued",
        "logger": "x",
        "request_id": "abc12345",
        "run_id": 7,
        "count": 2,
    }


def test_nobody_can_forge_a_line(written):
    logging.getLogger("x").info("name %s", 'a\r\n{"level":"info"}\u2028', extra={"fact": "b\nc"})

    assert written.getvalue().count("\n") == 1
    assert "\r" not in written.getvalue()


def test_text_for_developers_cannot_be_forged_either():
    stream = io.StringIO()
    set_up_logs("INFO", "text", stream)
    logging.getLogger("x").info("name %s", "a\nb", extra={"fact": "c\nd"})
    set_up_logs("WARNING", "json")

    assert stream.getvalue().count("\n") == 1
    assert 'fact="c\\nd"' in stream.getvalue()


def test_an_error_keeps_its_traceback_in_its_line(written):
    try:
        raise LookupError("x")
    except LookupError as error:
        logging.getLogger("x").error("broke", exc_info=error)

    (line,) = lines(written)
    assert line["traceback"].splitlines()[-1] == "LookupError: x"


@pytest.mark.parametrize(
    ("kind", "statuses"), [(AccessLog.OFF, []), (AccessLog.ERRORS, [404]), (AccessLog.ALL, [200, 404])]
)
def test_requests_are_logged_as_the_setting_says_and_without_their_query(make_app, settings, kind, statuses):
    app = make_app(dataclasses.replace(settings, access_log=kind, log_level="INFO"))
    stream = io.StringIO()
    set_up_logs("INFO", "json", stream)
    app.add_url_rule("/try", "try", public(lambda: "ok"))
    client = app.test_client()

    client.get("/en/try?phone=0912345678")
    answer = client.get("/missing?phone=0912345678")
    set_up_logs("WARNING", "json")

    told = lines(stream)
    assert [line["status"] for line in told] == statuses
    assert "0912345678" not in stream.getvalue()
    if statuses:
        assert told[-1]["path"] == "/missing"
        assert told[-1]["request_id"] == answer.headers["X-Request-Id"]


def test_an_error_of_the_database_does_not_tell_what_somebody_typed(db_session):
    statement = text("INSERT INTO no_such_table VALUES (:phone)")

    with pytest.raises(DatabaseError) as failed:
        db_session.execute(statement, {"phone": "0912345678"})

    assert "0912345678" not in str(failed.value)


def test_what_postgresql_adds_about_an_error_is_left_out(written):
    detail = "duplicate key value\nDETAIL:  Key (email)=(an@example.vn\n[x) already exists."
    try:
        try:
            raise LookupError(detail)
        except LookupError as error:
            raise ValueError(f"(UniqueViolation) {detail}\n[SQL: INSERT INTO x]") from error
    except ValueError as error:
        logging.getLogger("x").error("broke", exc_info=error)

    (line,) = lines(written)
    assert "an@example.vn" not in line["traceback"]
    assert line["traceback"].count("DETAIL: left out") == 2
    assert line["traceback"].endswith("[SQL: INSERT INTO x]")
    assert "The above exception" in line["traceback"]
