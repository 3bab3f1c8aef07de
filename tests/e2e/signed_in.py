"""People of the demonstration at their browsers, and the messages that the market sends them."""

import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from accounts.totp import code_at
from bench.market import Market
from tests.e2e.visitors import Visitor

# Messages and sign-ins of the tests come from files: no telephone rings.
MESSAGES_AS_FILES: Final = {"SMS_GATEWAY": "file", "EMAIL_GATEWAY": "file"}
PATIENCE_SECONDS: Final = 40

# One sign-in for each person and market: a code of the app works once, and the next comes after half a minute.
_cookies: Final[dict[tuple[str, str], Any]] = {}


def sign_in(visitor: Visitor, market: Market, mailbox: str) -> None:
    """Sign in as the person of the demonstration whose address begins with `mailbox`."""
    known = _cookies.get((market.base_url, mailbox))
    if known is None:
        _type_in(visitor, market, mailbox)
        _cookies[market.base_url, mailbox] = visitor.context.cookies()
    else:
        visitor.context.add_cookies(known)
        visitor.open("/account")


def newest_code(market: Market, contact_end: str, after: datetime) -> str:
    """The six digits of the message that was sent last to the number or address that ends so, waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for file in sorted((market.folder / "messages").glob("*.json"), reverse=True):
            told = json.loads(file.read_text(encoding="utf-8"))
            found = re.search(r"\b\d{6}\b", told.get("text") or told.get("body") or "")
            if found and str(told["to"]).endswith(contact_end) and _written_at(file) >= after:
                return found.group()
        time.sleep(0.2)
    raise AssertionError(f"no code came to …{contact_end}")


def _written_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _type_in(visitor: Visitor, market: Market, mailbox: str) -> None:
    told = (market.folder / "demo-sign-ins.txt").read_text(encoding="utf-8")
    password = re.search(r"mật khẩu (\S+)", told)
    secret = re.search(r"là (\w{32});", told)
    assert password
    assert secret
    page = visitor.page
    visitor.open("/sign-in")
    page.locator("#contact").fill(f"{mailbox}@demo.example")
    page.locator("#password").fill(password.group(1))
    page.locator("main form button[type=submit]").first.click()
    if visitor.path().startswith("/sign-in/second-factor"):
        page.locator("#code").fill(code_at(secret.group(1), datetime.now(UTC)))
        page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/account")
