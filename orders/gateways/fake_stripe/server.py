"""The imitation as a WSGI application: Stripe's addresses, a page to pay on, and a handle for tests and demonstrations.

Under `/_fake` whoever can reach it may let things go wrong; it is served on this machine alone.
"""

import json
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from orders.gateways.fake_stripe import objects
from orders.gateways.fake_stripe.faults import Fault, FaultKind, Faults
from orders.gateways.fake_stripe.hosted import paying_page
from orders.gateways.fake_stripe.objects import Fields
from orders.gateways.fake_stripe.world import RefusedError, World

KEY_MAX_CHARS: Final = 255
_NESTED: Final = re.compile(r"\[([^\]]*)\]")

Answer = tuple[int, Fields]


@dataclass(slots=True)
class _Kept:
    """What a key was first used for, and the answer. answer: None while the first request is still at work."""

    path: str
    asked: Fields
    answer: Answer | None = None


@dataclass(slots=True)
class FakeStripe:
    """The application. heard: (method, path, key) of each request to the API, in order."""

    world: World = field(default_factory=World)
    faults: Faults = field(default_factory=Faults)
    heard: list[tuple[str, str, str | None]] = field(default_factory=list)
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        fault = self.faults.take(request.path)
        try:
            answer = self._answer(request, fault)
        except RefusedError as refusal:
            answer = _json(refusal.status, refusal.body)
        if fault is not None and fault.kind is FaultKind.HANG:
            self.faults.hang(fault)
        if fault is not None and fault.kind in {FaultKind.DROP, FaultKind.LOST_ANSWER}:
            line = environ.get("werkzeug.socket")
            if line is not None:
                line.shutdown(socket.SHUT_RDWR)
        return answer(environ, start_response)

    def begin_anew(self, base: str) -> None:
        """Forget everything. base: the address at which the pages to pay on are."""
        self.world, self.faults = World(base), Faults()
        self.heard.clear()
        self._kept.clear()

    def _answer(self, request: Request, fault: Fault | None) -> Response:
        if request.path.startswith("/v1/"):
            return self._api(request, fault)
        if request.path.startswith("/pay/"):
            return paying_page(self.world, request)
        if request.path == "/_fake/faults" and request.method == "POST":
            told = request.get_json()
            self.faults.add(
                FaultKind(told["kind"]), str(told.get("path", "/v1/")), times=int(told.get("times", 1))
            )
            return _json(200, {"ok": True})
        if request.path == "/_fake/state":
            return _json(200, {kind: list(things.values()) for kind, things in self.world.things.items()})
        return _json(404, objects.error("invalid_request_error", "Unrecognized request URL"))

    def _api(self, request: Request, fault: Fault | None) -> Response:
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        self.heard.append((request.method, request.path, key))
        authorization = request.headers.get("Authorization", "")
        if not re.fullmatch(r"Bearer [sr]k_test_\w+", authorization):
            return _json(401, objects.error("invalid_request_error", "Invalid API Key provided"))
        refusal = _at_once(fault)
        if refusal is not None:
            return refusal
        asked = nested((request.form if request.method == "POST" else request.args).items(multi=True))
        if key is None:
            return _json(*self._done(request.method, request.path, asked))
        return self._once(key[:KEY_MAX_CHARS], request.path, asked, fault)

    def _once(self, key: str, path: str, asked: Fields, fault: Fault | None) -> Response:
        """Do what is asked, or answer as the first time. Source: Stripe's API reference, «Idempotent requests»."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                kept = self._kept[key] = _Kept(path, asked)
            elif (kept.path, kept.asked) != (path, asked):
                told = "Keys for idempotent requests can only be used with the same parameters as before."
                return _json(400, objects.error("idempotency_error", told))
            elif kept.answer is None:
                told = "There is currently another in-progress request using this Idempotent Key"
                return _json(409, objects.error("idempotency_error", told, code="idempotency_key_in_use"))
            else:
                return _json(*kept.answer, is_replayed=True)
        try:
            answer = _broken() if _is_kind(fault, FaultKind.STORED_500) else self._done("POST", path, asked)
        except RefusedError:
            with self._lock:
                del self._kept[key]  # «if incoming parameters fail validation», nothing is saved
            raise
        kept.answer = _broken() if _is_kind(fault, FaultKind.STORED_500_AFTER) else answer
        return _json(*kept.answer)

    def _done(self, method: str, path: str, asked: Fields) -> Answer:
        self.world.close_overdue()
        parts = path.removeprefix("/v1/").strip("/").split("/")
        found = self._made(parts, asked) if method == "POST" else self._read(path, parts, asked)
        if found is None:
            told = f"Unrecognized request URL ({method}: {path})."
            return 404, objects.error("invalid_request_error", told)
        return 200, dict(found)

    def _made(self, parts: list[str], asked: Fields) -> Fields | None:
        match parts:
            case ["checkout", "sessions"]:
                return self.world.open_session(asked)
            case ["checkout", "sessions", identity, "expire"]:
                return self.world.expire(identity)
            case ["refunds"]:
                return self.world.refund(asked)
        return None

    def _read(self, path: str, parts: list[str], asked: Fields) -> Fields | None:
        match parts:
            case ["checkout", "sessions"]:
                return self._page("session", path, asked)
            case ["refunds"]:
                return self._page("refund", path, asked)
            case ["events"]:
                return _page(self.world.events, path, asked)
            case ["checkout", "sessions", identity]:
                return self.world.get("session", identity)
            case ["payment_intents", identity]:
                return self._intent(identity, asked)
            case [("refunds" | "charges") as kind, identity]:
                return self.world.get(kind.removesuffix("s"), identity)
        return None

    def _page(self, kind: str, path: str, asked: Fields) -> Fields:
        found = list(self.world.things[kind].values())
        if "payment_intent" in asked:
            found = [each for each in found if each["payment_intent"] == asked["payment_intent"]]
        return _page(found, path, asked)

    def _intent(self, identity: str, asked: Fields) -> Fields:
        intent = dict(self.world.get("intent", identity))
        wanted = set(asked.get("expand", {}).values())
        if intent["latest_charge"] and any(each.startswith("latest_charge") for each in wanted):
            charge = dict(self.world.get("charge", intent["latest_charge"]))
            if "latest_charge.balance_transaction" in wanted and charge["balance_transaction"]:
                charge["balance_transaction"] = self.world.get("balance", charge["balance_transaction"])
            intent["latest_charge"] = charge
        return intent


def nested(pairs: Iterable[tuple[str, str]]) -> Fields:
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}: how Stripe writes parameters."""
    found: Fields = {}
    for name, value in pairs:
        first, *rest = [name.partition("[")[0], *_NESTED.findall(name)]
        inner = found
        for part in [first, *rest][:-1]:
            inner = inner.setdefault(part, {})
        last = [first, *rest][-1]
        inner[last or str(len(inner))] = value
    return found


def _page(things: list[Fields], path: str, asked: Fields) -> Fields:
    created = asked.get("created", {})
    low, high = int(created.get("gte", 0)), int(created.get("lte", 2**62))
    found = [each for each in things if low <= each["created"] <= high]
    limit = min(max(int(asked.get("limit", 10)), 1), 100)
    return objects.page(found, path, limit=limit, starting_after=asked.get("starting_after"))


def _at_once(fault: Fault | None) -> Response | None:
    """The answer to a request that is not even looked at."""
    if fault is None:
        return None
    if fault.kind is FaultKind.DROP:
        return _json(500, {})
    if fault.kind is FaultKind.RATE_LIMIT:
        return _json(429, objects.error("invalid_request_error", "Too many requests", code="rate_limit"))
    if fault.kind is FaultKind.CONFLICT:
        return _json(409, objects.error("invalid_request_error", "Conflict", code="lock_timeout"))
    return _json(*_broken()) if fault.kind is FaultKind.BROKEN else None


def _is_kind(fault: Fault | None, kind: FaultKind) -> bool:
    return fault is not None and fault.kind is kind


def _broken() -> Answer:
    return 500, objects.error("api_error", "An unknown error occurred")


def _json(status: int, body: Fields, *, is_replayed: bool = False) -> Response:
    answer = Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json")
    if is_replayed:
        answer.headers["Idempotent-Replayed"] = "true"
    if status == 500:
        answer.headers["Stripe-Should-Retry"] = "false"
    return answer
