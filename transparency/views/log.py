"""The public log: what was entered, newest first, and how each entry is proved."""

from typing import Final

from flask import Response, current_app, render_template, request

from core.pages import cached_page
from core.web.access import public
from transparency.queries.checkpoints import get_state, latest_checkpoint, list_log_keys
from transparency.queries.entries import get_entry, list_entries
from transparency.queries.proofs import get_root, prove_inclusion
from transparency.views.sentences import fact_rows, meaning, product_address

PER_PAGE: Final = 50


@public
def log() -> Response:
    """One page of the log. Page 1 has the newest entries; a page after the last is empty."""
    number = _page_number(request.args.get("page", ""))
    return cached_page(("log", number), get_state(), lambda: _page(number))


@public
def entry(seq: int) -> Response:
    """One entry with its proof. Raises EntryNotFoundError."""
    return cached_page(("log-entry", seq), get_state(), lambda: _entry_page(seq))


def _page(number: int) -> str:
    now = get_root()
    last = now.size - (number - 1) * PER_PAGE
    start = max(0, last - PER_PAGE)
    entries = list_entries(start, last - start) if last > 0 else []
    return render_template(
        "transparency/log.html",
        entries=[(each, meaning(each)) for each in reversed(entries)],
        size=now.size,
        root_hash=now.root.hex(),
        latest=latest_checkpoint(base_url()),
        keys=list_log_keys(),
        site=base_url(),
        page=number,
        page_count=-(-now.size // PER_PAGE),
        url_before_page=f"{request.script_root}/log?page=",
    )


def _entry_page(seq: int) -> str:
    found = get_entry(seq)
    return render_template(
        "transparency/entry.html",
        entry=found,
        meaning=meaning(found),
        rows=fact_rows(found),
        product_address=product_address(found),
        proof=prove_inclusion(seq),
        latest=latest_checkpoint(base_url()),
    )


def base_url() -> str:
    """The address that printed codes carry."""
    base: str = current_app.extensions["settings"].public_base_url
    return base


def _page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 6 and int(text) else 1
