"""The systems of four carriers in one small server, with a memory: what was booked under which code, and cancelled.

It speaks as their adapters expect, and misbehaves as it is bidden: `plan` says for the next requests «drop» (does the
work, then cuts the line), «refuse», «500», «garbage», or «ok».
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote, urlencode

TOKEN = "a-token-of-the-tests"
SECRET = "a-notice-secret-of-the-tests"


@dataclass
class CarrierServer:
    """booked: number by (carrier, our code). told: what was sent with each booking. cancelled: numbers."""

    plan: list[str] = field(default_factory=list)
    booked: dict[tuple[str, str], str] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def environ(self) -> dict[str, str]:
        """Settings that lead all four carriers here."""
        found = {"CARRIERS": "ghn,ghtk,viettel_post,vnpost"}
        for name in ("GHN", "GHTK", "VIETTEL_POST", "VNPOST"):
            found[f"CARRIER_{name}_URL"] = f"http://127.0.0.1:{self._server.server_port}/{name.lower()}"
            found[f"CARRIER_{name}_TOKEN"] = TOKEN
            found[f"CARRIER_{name}_ACCOUNT"] = "77"
            found[f"CARRIER_{name}_NOTICE_SECRET"] = SECRET
        return found

    def _handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
                carrier, _, path = self.path.lstrip("/").partition("/")
                step = server.plan.pop(0) if server.plan else "ok"
                if self.headers.get("Token") != TOKEN:
                    self._say(401, {"message": "token", "code": 401, "success": False, "error": True})
                    return
                answer = server.answer(carrier, path, told, is_refused=step == "refuse")
                if step == "drop":
                    self.close_connection = True
                    return
                if step == "garbage":
                    self._write(200, b"<html>bao tri</html>")
                    return
                self._say(500 if step == "500" else 200, answer)

            def _say(self, status: int, told: dict[str, Any]) -> None:
                self._write(status, json.dumps(told).encode())

            def _write(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Nothing on the terminal."""

        return Handler

    def answer(self, carrier: str, path: str, told: dict[str, Any], *, is_refused: bool) -> dict[str, Any]:
        """What the carrier says to one request."""
        said: dict[str, Any] = getattr(self, f"_{carrier}")(path, told, is_refused)
        return said

    def _book(self, carrier: str, code: str, told: dict[str, Any]) -> tuple[str, bool]:
        self.told.append(told)
        is_new = (carrier, code) not in self.booked
        number = self.booked.setdefault((carrier, code), f"{carrier[:3].upper()}{len(self.booked) + 1:05d}")
        return number, is_new

    def _ghn(self, path: str, told: dict[str, Any], is_refused: bool) -> dict[str, Any]:
        if is_refused:
            return {"code": 400, "message": "Sai địa chỉ", "code_message": "ADDRESS_INVALID"}
        if path == "v2/switch-status/cancel":
            self.cancelled += told["order_codes"]
            return {"code": 200, "data": {}}
        if path == "v2/a5/gen-token":
            return {"code": 200, "data": {"token": "print-me"}}
        number, _ = self._book("ghn", told["client_order_code"], told)
        return {"code": 200, "data": {"order_code": number, "total_fee": 28_600}}

    def _ghtk(self, path: str, told: dict[str, Any], is_refused: bool) -> dict[str, Any]:
        if is_refused:
            return {"success": False, "message": "Địa chỉ không hỗ trợ"}
        if path.startswith("services/shipment/cancel/"):
            self.cancelled.append(unquote(path.rpartition("/")[2]))
            return {"success": True}
        code = told["order"]["id"]
        number, is_new = self._book("ghtk", code, told)
        if not is_new:
            return {
                "success": False,
                "error": {"code": "ORDER_ID_EXIST", "partner_id": code, "ghtk_label": number},
            }
        return {"success": True, "order": {"partner_id": code, "label": number, "fee": 30_000}}

    def _viettel_post(self, path: str, told: dict[str, Any], is_refused: bool) -> dict[str, Any]:
        if is_refused:
            return {"status": 204, "error": True, "message": "Price does not apply to this itinerary!"}
        if path == "v2/order/UpdateOrder":
            self.cancelled.append(told["ORDER_NUMBER"])
            return {"status": 200, "error": False}
        number, _ = self._book("viettel_post", told["ORDER_NUMBER"], told)
        return {"status": 200, "error": False, "data": {"ORDER_NUMBER": number, "MONEY_TOTAL": 31_000.0}}

    def _vnpost(self, path: str, told: dict[str, Any], is_refused: bool) -> dict[str, Any]:
        if is_refused:
            return {"errorCode": "E01", "message": "Sai mã tỉnh"}
        if path == "customer-partner/orderCancel":
            self.cancelled.append(told["itemCode"])
            return {"success": "1"}
        number, _ = self._book("vnpost", told["informationOrder"]["saleOrderCode"], told)
        return {"itemCode": number, "totalFee": 29_000}


def notice(carrier: str, number: str, code: str, status: str, at: str) -> bytes:
    """A notice as the carrier writes it. at: «2026-11-23T09:00:00+07:00»."""
    if carrier == "ghn":
        told = {
            "OrderCode": number,
            "ClientOrderCode": code,
            "Status": status,
            "Time": at,
            "Type": "switch_status",
        }
        return json.dumps(told).encode()
    if carrier == "ghtk":
        return urlencode(
            {"label_id": number, "partner_id": code, "status_id": status, "action_time": at}, safe="+:"
        ).encode()
    if carrier == "viettel_post":
        day, clock = at[:10].split("-"), at[11:19]
        data = {
            "ORDER_NUMBER": number,
            "ORDER_REFERENCE": code,
            "ORDER_STATUS": int(status),
            "ORDER_STATUSDATE": f"{day[2]}/{day[1]}/{day[0]} {clock}",
        }
        return json.dumps({"DATA": data, "TOKEN": "x"}).encode()
    told = {"itemCode": number, "saleOrderCode": code, "status": status, "statusDate": at}
    return json.dumps(told).encode()
