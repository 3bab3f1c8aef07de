import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from time import monotonic, sleep

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core import net
from core.net import BODY_MAX_BYTES, AddressRefusedError, Answer, NoAnswerError, checked_url, is_public, post

PUBLIC = "93.184.215.14"

# Ways to write addresses of this computer, of its network and of nobody. Source: reliability plan, T-28.
INSIDE = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104
    "0",
    "0.1.2.3",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0177.0.0.01",
    "0x7f000001",
    "0x7f.0x0.0x0.0x1",
    "0x7f.1",
    "127.0.0.1.",
    "１２７.0.0.1",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "10.0.0.1",
    "10.255.255.255",
    "167772161",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "3232235777",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "4294967295",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:8.8.8.8]",
    "[0:0:0:0:0:ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::a00:1]",
    "[100::1]",
    "[2001::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fec0::1]",
    "[ff02::1]",
]


@pytest.mark.parametrize("host", INSIDE)
def test_no_way_of_writing_an_address_leads_inside(host, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", _answers(PUBLIC))

    with pytest.raises(AddressRefusedError) as refused:
        post(f"https://{host}/", b"", {}, timeout_seconds=1, is_trusted=False)

    assert refused.value.reason in {"malformed", "not_public"}


def test_sixty_ways_are_tried():
    assert len(set(INSIDE)) >= 60


@pytest.mark.parametrize(
    "address", [text.strip("[]") for text in INSIDE if net._is_literal(text.strip("[]"))]
)
def test_a_name_that_leads_inside_is_refused(address, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", _answers(address))

    with pytest.raises(AddressRefusedError) as refused:
        post("https://shop.example/", b"", {}, timeout_seconds=1, is_trusted=False)

    assert refused.value.reason == "not_public"


def test_one_address_inside_among_public_ones_is_enough_to_refuse(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", _answers(PUBLIC, "10.0.0.1"))

    with pytest.raises(AddressRefusedError):
        post("https://shop.example/", b"", {}, timeout_seconds=1, is_trusted=False)


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "223.255.255.254", "2606:4700::1111", "2a00:1450::1"])
def test_addresses_of_the_public_internet_are_public(address):
    assert is_public(address)


def test_nothing_that_is_public_here_is_private_elsewhere():
    """Python's own table agrees wherever it calls an address private."""
    for first in range(256):
        for second in (0, 16, 18, 31, 64, 88, 100, 127, 168, 254):
            address = f"{first}.{second}.{2 if second == 0 else 99}.1"
            if is_public(address):
                assert ip_address(address).is_global
                assert not ip_address(address).is_multicast


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://shop.example/", "not_https"),
        ("ftp://shop.example/", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("gopher://shop.example/", "not_https"),
        ("//shop.example/", "not_https"),
        ("shop.example", "not_https"),
        ("", "not_https"),
        ("https://", "malformed"),
        ("https:///hook", "malformed"),
        ("https://me:secret@shop.example/", "user"),
        ("https://shop.example@10.0.0.1/", "user"),
        ("https://shop.example:22/", "port"),
        ("https://shop.example:99999/", "malformed"),
        ("https://shop.example/\r\nHost: a", "malformed"),
        ("https://shop.example/a b", "malformed"),
        ("https://shop.example\\@10.0.0.1/", "malformed"),
        ("https://shop..example/", "malformed"),
        ("https://chợ.vn/", "malformed"),
        ("https://shop.example/" + "x" * 500, "malformed"),
        ("https://[::1/", "malformed"),
    ],
)
def test_what_is_no_plain_https_address_is_refused(url, reason):
    with pytest.raises(AddressRefusedError) as refused:
        checked_url(url)

    assert refused.value.reason == reason


def test_a_name_is_looked_up_once_and_that_address_connected_to(monkeypatch):
    """The second answer of a name that changes its mind is never asked for."""
    asked, connected = [], []

    def changing(host, port, **_options):
        asked.append(host)
        return _answers(PUBLIC if len(asked) == 1 else "127.0.0.1")(host, port)

    def connect(address, timeout):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    monkeypatch.setattr(socket, "create_connection", connect)

    with pytest.raises(NoAnswerError):
        post("https://shop.example/", b"", {}, timeout_seconds=1, is_trusted=False)

    assert asked == ["shop.example"]
    assert connected == [(PUBLIC, 443)]


def test_an_answer_comes_back_with_what_was_sent():
    with _receiver(b"HTTP/1.1 201 Made\r\nContent-Length: 2\r\n\r\nok") as (port, heard):
        answer = post(_at(port), b"{}", {"X-Sign": "1"}, timeout_seconds=5, is_trusted=True)

    assert answer == Answer(201, b"ok")
    assert heard[0].startswith(b"POST /hook?a=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{port}\r\n".encode() in heard[0]
    assert b"X-Sign: 1\r\n" in heard[0]
    assert heard[0].endswith(b"\r\n\r\n{}")


def test_a_redirect_is_not_followed():
    with _receiver(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n") as (
        port,
        heard,
    ):
        answer = post(_at(port), b"", {}, timeout_seconds=5, is_trusted=True)

    assert answer.status == 302
    assert len(heard) == 1


def test_of_a_long_answer_the_beginning_is_read():
    with _receiver(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000) as (port, _heard):
        answer = post(_at(port), b"", {}, timeout_seconds=5, is_trusted=True)

    assert len(answer.body) == BODY_MAX_BYTES


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH_9\r\n", b"\x00" * 100, b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_answer_is_told_as_none(said):
    with _receiver(said) as (port, _heard), pytest.raises(NoAnswerError):
        post(_at(port), b"", {}, timeout_seconds=5, is_trusted=True)


def test_silence_ends_at_the_limit():
    begun = monotonic()

    with _receiver(None) as (port, _heard), pytest.raises(NoAnswerError):
        post(_at(port), b"", {}, timeout_seconds=0.3, is_trusted=True)

    assert monotonic() - begun < 2


def test_a_trickle_ends_at_the_limit():
    """A byte now and then would keep a limit for each read from ever being reached."""
    begun = monotonic()

    said = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"
    with _receiver(said, trickle=True) as (port, _heard), pytest.raises(NoAnswerError):
        post(_at(port), b"", {}, timeout_seconds=0.5, is_trusted=True)

    assert monotonic() - begun < 3


def test_a_resolver_that_hangs_ends_at_the_limit(monkeypatch):
    gate = threading.Event()

    def hang(*_arguments, **_options):
        gate.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    begun = monotonic()

    with pytest.raises(NoAnswerError):
        post("https://shop.example/", b"", {}, timeout_seconds=0.2, is_trusted=False)

    gate.set()
    assert monotonic() - begun < 2


def test_a_certificate_is_checked(tmp_path, monkeypatch):
    trusted = _certificate(tmp_path, "127.0.0.1")
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    with _receiver(said, certificate=trusted) as (port, _heard), pytest.raises(NoAnswerError):
        post(f"https://127.0.0.1:{port}/", b"", {}, timeout_seconds=5, is_trusted=True)

    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with _receiver(said, certificate=trusted) as (port, _heard):
        assert post(f"https://127.0.0.1:{port}/", b"", {}, timeout_seconds=5, is_trusted=True).body == b"ok"

    other = _certificate(tmp_path, "10.1.2.3")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    with _receiver(said, certificate=other) as (port, _heard), pytest.raises(NoAnswerError):
        post(f"https://127.0.0.1:{port}/", b"", {}, timeout_seconds=5, is_trusted=True)


def test_headers_cannot_be_split():
    with _receiver(b"") as (port, heard), pytest.raises(NoAnswerError):
        post(_at(port), b"", {"X-Name": "a\r\nX-Other: b"}, timeout_seconds=2, is_trusted=True)

    assert heard == []


def _at(port: int) -> str:
    return f"http://127.0.0.1:{port}/hook?a=1"


def _answers(*addresses):
    def getaddrinfo(_host, port, **_options):
        return [(None, None, None, "", (address, port)) for address in addresses]

    return getaddrinfo


class _receiver:  # noqa: N801 (reads as a with-statement)
    """Says `said` to each caller (None: nothing at all) and remembers what it heard."""

    def __init__(self, said, *, trickle=False, certificate=None):
        self._said, self._trickle, self._heard = said, trickle, []
        self._closing = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._context = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)

    def __enter__(self):
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self._server.getsockname()[1], self._heard

    def __exit__(self, *_error):
        self._closing.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self):
        while not self._closing.is_set():
            try:
                caller, _address = self._server.accept()
            except OSError:
                return
            with caller:
                try:
                    self._answer(caller)
                except OSError:
                    continue

    def _answer(self, caller):
        if self._context is not None:
            caller = self._context.wrap_socket(caller, server_side=True)
        heard = caller.recv(65536)
        if heard and b"\r\n\r\n{}" not in heard and b"Content-Length: 2\r\n" in heard:
            heard += caller.recv(65536)
        if heard:
            self._heard.append(heard)
        if self._said is None:
            self._closing.wait(5)
            return
        caller.sendall(self._said)
        while self._trickle and not self._closing.is_set():
            caller.sendall(b"x")
            sleep(0.05)
        caller.close()


def _certificate(folder, host):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file
