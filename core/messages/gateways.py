"""Ways out for messages behind one interface: the screen, files, a mail server, SMS and Zalo by HTTP.

`gateway_for` chooses by settings. Every gateway may send one message twice: after a crash nobody knows whether it went
out, and a code that comes twice does no harm.
"""

import json
import os
import smtplib
import ssl
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from core import clock, net
from core.message_settings import MessageSettings, Way
from core.messages.models import Channel

WAIT_SECONDS: Final = 10.0
FILES_KEPT: Final = 500
"""Files of the file gateway; older ones are deleted."""

# Source: eSMS.vn, table of error codes: 100 taken; 108 the number is not one; 124 a RequestId of the last 24 hours.
# All others (key, balance, brand name, registered texts) are about us, and end when the operator has seen to them.
_ESMS_TAKEN: Final = "100"
_ESMS_KNOWN: Final = "124"
_ESMS_FINAL: Final = frozenset({"108"})
_ESMS_CARE: Final = "2"
# Source: Zalo ZNS, error codes: 0 taken; -108 the number is not one, -118 it has no Zalo, -110 too old a Zalo, -114 and
# -119 its owner takes none. All others are about us, or pass.
_ZNS_TAKEN: Final = 0
_ZNS_FINAL: Final = frozenset({-108, -110, -114, -118, -119})
# No such person, at whatever server. Source: RFC 5321, 4.2.3; a code 5.7.x is about us instead (RFC 3463, 3.8).
_SMTP_FINAL: Final = frozenset({550, 551, 553})
_SMTP_POLICY: Final = b"5.7."


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as a gateway gets it. number: ours, the same at every try. to: E.164 or an e-mail address.

    attempt: 1 for the first try; at a later one the message may have gone out already.
    """

    number: int
    channel: Channel
    to: str
    kind: str
    subject: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    attempt: int = 1


class GatewayError(Exception):
    """The gateway did not take the message. is_final: whom it is for can never get it, so that trying again is no use.

    Not final is what the operator can mend: an account without money, a key that is wrong, a channel switched off.
    """

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class Gateway(Protocol):
    """Takes a message to a person, or raises GatewayError."""

    def send(self, letter: Letter) -> None: ...


def gateway_for(channel: Channel, settings: MessageSettings, instance_dir: Path) -> Gateway | None:
    """The gateway of `channel`, None if the settings switch the channel off."""
    way = way_of(channel, settings)
    if way is Way.OFF:
        return None
    if way is Way.CONSOLE:
        return ConsoleGateway()
    if way is Way.FILE:
        return FileGateway(instance_dir / "messages")
    if channel is Channel.EMAIL:
        return SmtpGateway(settings.smtp_url, settings.email_from)
    if channel is Channel.SMS:
        return SmsGateway(settings.sms_url, settings.sms_key, settings.sms_secret, settings.sms_sender)
    templates = dict(pair.split("=", 1) for pair in settings.zalo_templates)
    return ZaloGateway(settings.zalo_url, settings.zalo_token, templates)


def way_of(channel: Channel, settings: MessageSettings) -> Way:
    """Which way the messages of `channel` leave."""
    ways = {
        Channel.EMAIL: settings.email_gateway,
        Channel.SMS: settings.sms_gateway,
        Channel.ZALO: settings.zalo_gateway,
    }
    return ways[channel]


class ConsoleGateway:
    """Prints: for development, where whoever reads the screen is whoever signs in."""

    def send(self, letter: Letter) -> None:
        heading = f" {letter.subject}" if letter.subject else ""
        sys.stderr.write(f"\n--- {letter.channel} to {letter.to}:{heading}\n{letter.text}\n---\n")
        sys.stderr.flush()


class FileGateway:
    """Writes a file of JSON for each message: for tests and for trying things out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter) -> None:
        told = {
            "number": letter.number,
            "channel": letter.channel.value,
            "to": letter.to,
            "kind": letter.kind,
            "subject": letter.subject,
            "text": letter.text,
            "values": dict(letter.values),
        }
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._folder / f"{letter.number:08d}.json"
        unfinished = target.with_suffix(".part")
        with open(unfinished, "w", encoding="utf-8", opener=_only_ours) as file:
            json.dump(told, file, ensure_ascii=False, indent=1)
        unfinished.replace(target)
        for old in sorted(self._folder.glob("*.json"))[:-FILES_KEPT]:
            old.unlink(missing_ok=True)


class SmtpGateway:
    """Hands e-mail to a mail server. url: smtp://user:password@host:587 (STARTTLS) or smtps://…; plain on loopback."""

    def __init__(self, url: str, sender: str) -> None:
        self._server = urlsplit(url)
        self._sender = sender

    def send(self, letter: Letter) -> None:
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = letter.to
        mail["Subject"] = " ".join(letter.subject.split())
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = f"<message-{letter.number}@{self._sender.rpartition('@')[2].rstrip('>')}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no «out of office» comes back
        mail.set_content(letter.text)
        # What the server said stays out of the error: it names the recipient, and errors go to the log.
        try:
            self._hand_over(mail)
        except smtplib.SMTPRecipientsRefused as error:
            told = error.recipients.values()
            is_final = all(code in _SMTP_FINAL and _SMTP_POLICY not in said for code, said in told)
            raise GatewayError("recipient refused", is_final=is_final) from None
        except smtplib.SMTPResponseException as error:
            raise GatewayError(f"mail server says {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise GatewayError(f"no mail server: {type(error).__name__}") from None

    def _hand_over(self, mail: EmailMessage) -> None:
        server, host = self._server, self._server.hostname or ""
        with _connected(server) as smtp:
            if server.scheme == "smtp" and host not in {"127.0.0.1", "localhost", "::1"}:
                smtp.starttls(context=ssl.create_default_context())
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(mail)


class SmsGateway:
    """SMS by HTTP, in the layout of eSMS.vn, which other senders of SMS in Vietnam understand too."""

    def __init__(self, url: str, key: str, secret: str, sender: str) -> None:
        self._url = url
        self._access = {"ApiKey": key, "SecretKey": secret, "Brandname": sender, "SmsType": _ESMS_CARE}

    def send(self, letter: Letter) -> None:
        told = self._access | {
            "Phone": letter.to.replace("+84", "0", 1),
            "Content": plain_letters(letter.text),
            "RequestId": str(letter.number),
        }
        answer = _asked(self._url, told, {})
        code = str(answer.get("CodeResult", ""))
        # At a first try the number is somebody else's, say of another installation with the same account.
        is_known = code == _ESMS_KNOWN and letter.attempt > 1
        if code != _ESMS_TAKEN and not is_known:
            raise GatewayError(f"SMS gateway says {code[:20]!r}", is_final=code in _ESMS_FINAL)


class ZaloGateway:
    """Zalo Notification Service: registered texts, filled with values. templates: kind of message to number of text."""

    def __init__(self, url: str, token: str, templates: Mapping[str, str]) -> None:
        self._url = url
        self._token = token
        self._templates = templates

    def send(self, letter: Letter) -> None:
        template = self._templates.get(letter.kind)
        if template is None:
            raise GatewayError(f"no registered text for {letter.kind}")
        told = {
            "phone": letter.to.removeprefix("+"),
            "template_id": template,
            "template_data": dict(letter.values),
            "tracking_id": str(letter.number),
        }
        answer = _asked(self._url, told, {"access_token": self._token})
        code = answer.get("error")
        if code != _ZNS_TAKEN:
            raise GatewayError(
                f"Zalo says {code!r}"[:60], is_final=isinstance(code, int) and code in _ZNS_FINAL
            )


def plain_letters(text: str) -> str:
    """`text` without Vietnamese marks: an SMS then holds 160 letters instead of 70. Source: 3GPP TS 23.038, 6.2."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    kept = "".join(letter for letter in bare if unicodedata.category(letter) != "Mn")
    return kept.replace("«", '"').replace("»", '"').replace("–", "-").replace("…", "...")


def _asked(url: str, told: Mapping[str, object], headers: Mapping[str, str]) -> Mapping[str, object]:
    body = json.dumps(told, ensure_ascii=False).encode()
    all_headers = {"Content-Type": "application/json", **headers}
    try:
        answer = net.post(url, body, all_headers, timeout_seconds=WAIT_SECONDS, is_trusted=True)
    except (net.NoAnswerError, net.AddressRefusedError) as error:
        raise GatewayError("no answer") from error
    if answer.status >= 300:
        raise GatewayError(f"status {answer.status}")
    try:
        said = json.loads(answer.body)
    except ValueError as error:
        raise GatewayError("no JSON") from error
    if not isinstance(said, dict):
        raise GatewayError("no JSON object")
    return said


def _connected(server: SplitResult) -> smtplib.SMTP:
    host = server.hostname or ""
    if server.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, server.port or 465, timeout=WAIT_SECONDS, context=context)
    return smtplib.SMTP(host, server.port or 587, timeout=WAIT_SECONDS)


def _only_ours(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
