"""Messages: written with the act, sent once, wiped; gateways that fail break nothing."""

import json
import socket
import threading
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from core.config import SettingError, load_settings
from core.db import db, transaction
from core.jobs.models import Job
from core.jobs.worker import Worker
from core.messages import jobs as _jobs
from core.messages.gateways import (
    ConsoleGateway,
    FileGateway,
    GatewayError,
    Letter,
    SmsGateway,
    SmtpGateway,
    ZaloGateway,
    gateway_for,
    plain_letters,
)
from core.messages.models import Channel, Message, MessageState
from core.messages.outbox import enqueue_message, is_stuck, sweep_messages, withdraw_messages
from tests.fakes.gateway import fake_gateway

assert _jobs  # registers the handlers

LETTER = Letter(
    7, Channel.SMS, "+84912345678", "accounts.code", "Mã", "Mã của bạn là 123456", {"otp": "123456"}
)


@pytest.fixture
def gateway():
    with fake_gateway() as fake:
        yield fake


def ask(clock, **facts):
    values = {
        "to": "+84912345678",
        "channel": Channel.SMS,
        "kind": "accounts.code",
        "subject": "Mã",
        "text": "Mã của bạn là 123456",
        "values": {"otp": "123456"},
        "now": clock.now(),
    }
    with transaction():
        return enqueue_message(**(values | facts)).id


def ask_within(clock):
    enqueue_message(to="a@b.vn", channel=Channel.EMAIL, kind="x", subject="x", text="x", now=clock.now())


def row(number):
    db.session.rollback()
    return db.session.get_one(Message, number)


def test_a_message_is_sent_once_and_then_holds_nothing(db_session, gateway, clock):
    number = ask(clock)

    Worker().run_until_empty()
    Worker().run_until_empty()

    assert gateway.taken == [
        Letter(
            number,
            Channel.SMS,
            "+84912345678",
            "accounts.code",
            "Mã",
            "Mã của bạn là 123456",
            {"otp": "123456"},
        )
    ]
    sent = row(number)
    assert (sent.state, sent.tries, sent.sent_at) == ("sent", 1, clock.now())
    assert (sent.recipient, sent.subject, sent.body, sent.values) == (None, None, None, None)


def test_a_message_of_an_act_that_was_taken_back_is_never_sent(db_session, gateway, clock):
    def act():
        with transaction():
            ask_within(clock)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()

    assert Worker().run_until_empty() == 0
    assert gateway.taken == []


def test_a_gateway_that_fails_is_asked_again_later(db_session, gateway, clock):
    gateway.failures = [GatewayError("away"), GatewayError("away")]
    number = ask(clock)

    Worker().run_until_empty()
    assert (row(number).state, row(number).tries, is_stuck(number)) == ("pending", 1, True)
    for _ in range(2):
        clock.move(timedelta(minutes=1))
        Worker().run_until_empty()

    assert (row(number).state, row(number).tries, gateway.tries) == ("sent", 3, 3)
    assert is_stuck(number) is False


def test_a_message_refused_for_good_is_tried_once_and_wiped(db_session, gateway, clock):
    gateway.failures = [GatewayError("no such number", is_final=True)]
    number = ask(clock)

    Worker().run_until_empty()
    clock.move(timedelta(hours=1))
    Worker().run_until_empty()

    assert gateway.tries == 1
    assert (row(number).state, row(number).recipient, row(number).body) == ("failed", None, None)
    assert is_stuck(number) is True


def test_a_message_may_come_twice_when_the_line_is_cut_after_it_was_taken(db_session, gateway, clock):
    gateway.fails_after_taking = True
    number = ask(clock)

    Worker().run_until_empty()
    clock.move(timedelta(minutes=1))
    Worker().run_until_empty()

    assert [letter.number for letter in gateway.taken] == [number, number]
    assert row(number).state == "sent"


def test_a_code_that_is_too_old_is_wiped_instead_of_sent(db_session, gateway, clock):
    number = ask(clock, expires_at=clock.now() + timedelta(minutes=10))

    clock.move(timedelta(minutes=10))
    Worker().run_until_empty()

    assert gateway.tries == 0
    assert (row(number).state, row(number).body) == ("expired", None)


def test_the_sweep_wipes_what_waits_in_vain_and_forgets_old_rows(db_session, gateway, clock):
    number = ask(clock, expires_at=clock.now() + timedelta(minutes=10))
    clock.move(timedelta(minutes=11))

    with transaction():
        sweep_messages(now=clock.now())
    assert (row(number).state, row(number).recipient) == ("expired", None)

    clock.move(timedelta(days=31))
    with transaction():
        sweep_messages(now=clock.now())
    assert db.session.scalars(select(Message)).all() == []


def test_what_waits_for_a_forgotten_person_is_taken_back(db_session, gateway, clock):
    number, other = ask(clock), ask(clock, to="+84987654321")

    with transaction():
        assert withdraw_messages("+84912345678") == 1
    Worker().run_until_empty()

    assert (row(number).state, row(number).body) == ("expired", None)
    assert [letter.number for letter in gateway.taken] == [other]


def test_jobs_and_logs_of_a_failed_message_hold_nothing_of_it(db_session, gateway, clock, caplog):
    gateway.failures = [GatewayError("status 500")]
    ask(clock)

    Worker().run_until_empty()

    job = db.session.scalars(select(Job).where(Job.name == "core.send_message")).one()
    told = f"{job.payload} {job.last_error} {caplog.text}"
    assert "status 500" in told
    assert "123456" not in told.replace(str(job.payload), "")
    assert "+8491" not in told


def test_files_are_readable_by_us_alone_and_hold_the_whole_message(instance_dir):
    FileGateway(instance_dir / "messages").send(LETTER)

    [file] = (instance_dir / "messages").iterdir()
    assert file.name == "00000007.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text("utf-8")) == {
        "number": 7,
        "channel": "sms",
        "to": "+84912345678",
        "kind": "accounts.code",
        "subject": "Mã",
        "text": "Mã của bạn là 123456",
        "values": {"otp": "123456"},
    }


def test_the_console_prints(capsys):
    ConsoleGateway().send(LETTER)

    assert "sms to +84912345678" in capsys.readouterr().err


def test_an_sms_is_written_without_marks():
    text = "Mã đăng nhập «Chợ OCOP» Đồng Tháp: Ưỡn ẹo… – 123456"

    assert plain_letters(text) == 'Ma dang nhap "Cho OCOP" Dong Thap: Uon eo... - 123456'
    assert plain_letters(text).isascii()


class Mailbox:
    def __init__(self):
        self.received = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (the library's name)
        self.received.append((envelope.rcpt_tos, envelope.content))
        return self.answer

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@contextmanager
def mail_server():
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, SmtpGateway(f"smtp://127.0.0.1:{port}", "Chợ OCOP <no-reply@cho.example.vn>")
    finally:
        controller.stop()


def letter_to(address, subject="Mã đăng nhập của bạn"):
    return Letter(8, Channel.EMAIL, address, "accounts.code", subject, "Mã của bạn là 123456.\nChợ OCOP\n")


def test_an_email_arrives_with_its_marks():
    with mail_server() as (mailbox, gateway):
        gateway.send(letter_to("lan@example.vn"))

    [(recipients, content)] = mailbox.received
    mail = message_from_bytes(content, policy=policy.default)
    assert recipients == ["lan@example.vn"]
    assert mail["Subject"] == "Mã đăng nhập của bạn"
    assert mail["From"] == "Chợ OCOP <no-reply@cho.example.vn>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == ["Mã của bạn là 123456.", "Chợ OCOP"]


def test_a_subject_cannot_bring_headers_of_its_own():
    with mail_server() as (mailbox, gateway):
        gateway.send(letter_to("lan@example.vn", "Mã\r\nBcc: thief@example.vn"))

    [(recipients, content)] = mailbox.received
    assert recipients == ["lan@example.vn"]
    assert message_from_bytes(content, policy=policy.default)["Bcc"] is None


def test_a_recipient_that_the_mail_server_does_not_know_is_final():
    with mail_server() as (mailbox, gateway), pytest.raises(GatewayError) as refused:
        gateway.send(letter_to("nobody@example.vn"))

    assert refused.value.is_final
    assert mailbox.received == []


def test_a_mail_server_that_is_busy_or_away_may_be_tried_again():
    with mail_server() as (mailbox, gateway):
        mailbox.answer = "451 later"
        with pytest.raises(GatewayError) as busy:
            gateway.send(letter_to("lan@example.vn"))
    with pytest.raises(GatewayError) as away:
        SmtpGateway("smtp://127.0.0.1:1", "a@b.vn").send(letter_to("lan@example.vn"))

    assert (busy.value.is_final, away.value.is_final) == (False, False)


@contextmanager
def web_service(status, answer):
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

        def log_message(self, *_arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield asked, f"http://127.0.0.1:{server.server_port}/send"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_sms_is_handed_over_in_the_layout_of_esms():
    with web_service(200, {"CodeResult": "100", "SMSID": "x"}) as (asked, url):
        SmsGateway(url, "key", "secret", "CHOOCOP").send(LETTER)

    assert [body for _, _, body in asked] == [
        {
            "ApiKey": "key",
            "SecretKey": "secret",
            "Brandname": "CHOOCOP",
            "SmsType": "2",
            "Phone": "0912345678",
            "Content": "Ma cua ban la 123456",
            "RequestId": "7",
        }
    ]


def test_a_message_to_zalo_fills_a_registered_text():
    with web_service(200, {"error": 0, "message": "Success"}) as (asked, url):
        ZaloGateway(url, "token", {"accounts.code": "4321"}).send(LETTER)

    [(_, headers, body)] = asked
    assert headers["access_token"] == "token"
    assert body == {
        "phone": "84912345678",
        "template_id": "4321",
        "template_data": {"otp": "123456"},
        "tracking_id": "7",
    }


def test_zalo_takes_only_messages_with_a_registered_text():
    with pytest.raises(GatewayError) as refused:
        ZaloGateway("http://127.0.0.1:1/", "token", {}).send(LETTER)

    assert refused.value.is_final


@pytest.mark.parametrize(
    ("status", "answer", "is_final"),
    [
        (200, {"CodeResult": "101"}, True),
        (200, {"CodeResult": "99"}, False),
        (200, {}, False),
        (200, ["100"], False),
        (200, b"<html>captive portal</html>", False),
        (500, {"CodeResult": "100"}, False),
        (302, {"CodeResult": "100"}, False),
    ],
)
def test_an_answer_that_is_no_yes_is_a_failure(status, answer, is_final):
    with web_service(status, answer) as (_, url), pytest.raises(GatewayError) as refused:
        SmsGateway(url, "key", "secret", "CHOOCOP").send(LETTER)

    assert refused.value.is_final is is_final


@pytest.mark.parametrize(("code", "is_final"), [(-124, False), (-118, True), ("0", False)])
def test_what_zalo_says_decides_whether_to_try_again(code, is_final):
    with web_service(200, {"error": code}) as (_, url), pytest.raises(GatewayError) as refused:
        ZaloGateway(url, "token", {"accounts.code": "1"}).send(LETTER)

    assert refused.value.is_final is is_final


def test_a_gateway_that_is_away_may_be_tried_again():
    with pytest.raises(GatewayError) as refused:
        SmsGateway("http://127.0.0.1:1/", "key", "secret", "CHOOCOP").send(LETTER)

    assert refused.value.is_final is False


PRODUCTION = {
    "OCOP_ENV": "production",
    "SECRET_KEY": "k" * 32,
    "PUBLIC_BASE_URL": "https://cho.example.vn",
    "TRUSTED_HOSTS": "cho.example.vn",
}
SMS = {"SMS_GATEWAY": "http", "SMS_KEY": "k", "SMS_SECRET": "s", "SMS_SENDER": "CHOOCOP"}
MAIL = {"EMAIL_GATEWAY": "smtp", "SMTP_URL": "smtp://u:p@mail.vn", "EMAIL_FROM": "a@cho.vn"}
ZALO = {"ZALO_GATEWAY": "http", "ZALO_TOKEN": "t", "ZALO_TEMPLATES": "accounts.code=1,accounts.notice=2"}


def test_what_is_not_set_prints_in_development_and_is_off_in_production(instance_dir):
    development, production = load_settings({}), load_settings(PRODUCTION)

    kinds = [gateway_for(each, development.messages, instance_dir) for each in Channel]
    assert [type(each) for each in kinds] == [ConsoleGateway, type(None), ConsoleGateway]
    assert [gateway_for(each, production.messages, instance_dir) for each in Channel] == [None, None, None]


def test_every_real_gateway_is_chosen_by_settings(instance_dir):
    settings = load_settings({**PRODUCTION, **SMS, **MAIL, **ZALO}).messages

    kinds = [type(gateway_for(each, settings, instance_dir)) for each in Channel]

    assert kinds == [SmsGateway, ZaloGateway, SmtpGateway]
    assert "secret" not in repr(settings)


@pytest.mark.parametrize("missing", [*list(SMS)[1:], *list(MAIL)[1:], *list(ZALO)[1:]])
def test_a_gateway_that_lacks_something_stops_the_start_by_name(missing):
    whole = {**PRODUCTION, **SMS, **MAIL, **ZALO}

    with pytest.raises(SettingError) as refused:
        load_settings({name: value for name, value in whole.items() if name != missing})

    assert refused.value.name == missing


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_GATEWAY", "console"),
        ("SMS_GATEWAY", "file"),
        ("ZALO_GATEWAY", "console"),
        ("SMS_GATEWAY", "smtp"),
        ("EMAIL_GATEWAY", "http"),
        ("EMAIL_GATEWAY", "pigeon"),
        ("PAID_MESSAGES_PER_DAY", "many"),
        ("SMTP_URL", "mail.vn"),
        ("SMS_URL", "ftp://x"),
        ("ZALO_TEMPLATES", "accounts.code"),
    ],
)
def test_production_refuses(name, value):
    with pytest.raises(SettingError) as refused:
        load_settings({**PRODUCTION, **SMS, **MAIL, **ZALO, name: value})

    assert refused.value.name == name


def test_states_are_as_the_table_knows_them():
    assert [state.value for state in MessageState] == ["pending", "sent", "failed", "expired"]
