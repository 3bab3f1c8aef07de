"""Gateways: what each hands over, what counts as taken, and which settings choose it."""

import json
import socket
import threading
import traceback
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller

from core.config import SettingError, load_settings
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
from core.messages.models import Channel, MessageState
from tests.support.operators import OPERATOR

LETTER = Letter(
    7, Channel.SMS, "+84912345678", "accounts.code", "Mã", "Mã của bạn là 123456", {"otp": "123456"}
)


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
        if address.startswith("policy@"):
            return "550 5.7.1 relaying denied"
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


def test_a_mail_server_that_does_not_take_mail_from_us_is_ours_to_mend():
    with mail_server() as (mailbox, gateway), pytest.raises(GatewayError) as refused:
        gateway.send(letter_to("policy@example.vn"))

    assert not refused.value.is_final
    assert mailbox.received == []


@pytest.mark.parametrize("who", ["nobody", "policy"])
def test_an_error_on_its_way_to_the_log_names_nobody(who):
    with mail_server() as (_mailbox, gateway), pytest.raises(GatewayError) as refused:
        gateway.send(letter_to(f"{who}@example.vn"))

    assert f"{who}@example.vn" not in "".join(traceback.format_exception(refused.value, chain=True))


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


def test_an_sms_that_arrived_at_an_earlier_try_is_taken():
    with web_service(200, {"CodeResult": "124"}) as (asked, url):
        SmsGateway(url, "key", "secret", "CHOOCOP").send(replace(LETTER, attempt=2))

    assert [body["RequestId"] for _, _, body in asked] == ["7"]


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

    assert not refused.value.is_final, "the operator may register one before the message is of no use"


@pytest.mark.parametrize(
    ("status", "answer", "is_final"),
    [
        (200, {"CodeResult": "108"}, True),
        *((200, {"CodeResult": code}, False) for code in ("101", "103", "104", "140", "146", "124")),
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


@pytest.mark.parametrize(
    ("code", "is_final"), [(-124, False), (-115, False), (-118, True), ("0", False), ([], False)]
)
def test_what_zalo_says_decides_whether_to_try_again(code, is_final):
    with web_service(200, {"error": code}) as (_, url), pytest.raises(GatewayError) as refused:
        ZaloGateway(url, "token", {"accounts.code": "1"}).send(LETTER)

    assert refused.value.is_final is is_final


def test_a_gateway_that_is_away_may_be_tried_again():
    with pytest.raises(GatewayError) as refused:
        SmsGateway("http://127.0.0.1:1/", "key", "secret", "CHOOCOP").send(LETTER)

    assert refused.value.is_final is False


PRODUCTION = {
    **OPERATOR,
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
