"""A lot for programs: its events as EPCIS, the data set of article 23(5), the digital product passport.

Lots that nobody offered and no stamp was issued for are answered like lots that do not exist.
"""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from flask import Response, request

from catalog.api.answers import JSON, data_text, site_address
from catalog.spreadsheets import FORMULA_STARTS
from core import clock
from core.limits import rate_limited
from core.web.access import public
from core.web.headers import open_to_all
from traceability.passports import data_set, data_set_rows, passport
from traceability.queries.lot_exports import lot_document, lot_told
from traceability.queries.public_lots import get_public_lot

LD_JSON: Final = "application/ld+json"
CSV: Final = "text/csv; charset=utf-8"
BYTE_ORDER_MARK: Final = "\ufeff"
LOT_LIMIT: Final = "120/minute"
"""For one network: each is put together from a dozen statements."""


@public
@rate_limited(LOT_LIMIT, name="lot_exports")
def lot_epcis(lot_id: int) -> Response:
    """Everything on record of a lot as an EPCIS 2.0 document."""
    lot = get_public_lot(lot_id)
    return _told(lot_document(lot), LD_JSON)


@public
@rate_limited(LOT_LIMIT, name="lot_exports")
def lot_passport(lot_id: int) -> Response:
    """The digital product passport of a lot."""
    return _told(
        passport(lot_told(get_public_lot(lot_id), clock.today(), site_address()), clock.today()), LD_JSON
    )


@public
@rate_limited(LOT_LIMIT, name="lot_exports")
def lot_dataset(lot_id: int) -> Response:
    """The data set of traceability of a lot."""
    return _told(
        data_set(lot_told(get_public_lot(lot_id), clock.today(), site_address()), clock.today()), JSON
    )


@public
@rate_limited(LOT_LIMIT, name="lot_exports")
def lot_dataset_csv(lot_id: int) -> Response:
    """The same as a table: UTF-8 with a mark, every text quoted, nothing that a spreadsheet would run."""
    lot = lot_told(get_public_lot(lot_id), clock.today(), site_address())
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["letter", "fact", "value"])
    writer.writerows([letter, name, _safe(value)] for letter, name, value in data_set_rows(lot))
    answer = _answer(BYTE_ORDER_MARK + out.getvalue(), CSV)
    answer.headers["Content-Disposition"] = f'attachment; filename="lot-{lot_id}.csv"'
    return answer


def _told(data: Mapping[str, Any], content_type: str) -> Response:
    return _answer(data_text(data), content_type)


def _answer(text: str, content_type: str) -> Response:
    """Asked for again each time, with 304 where nothing has changed."""
    answer = Response(text, content_type=content_type)
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return open_to_all(answer)


def _safe(value: str) -> str:
    """A text that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
