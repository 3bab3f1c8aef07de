"""What a browser keeps for stamps that are scanned without a network: the page that checks seals, and saved lists."""

from flask import Response, render_template

from core.web.access import public
from traceability.queries.packs import find_root_key, list_packs
from traceability.views.trace_page import answer_page


@public
def offline_stamp() -> Response:
    """What the worker of the browser answers with in place of a stamp's page that it cannot reach."""
    answer = answer_page("traceability/offline_stamp.html", root_key=find_root_key())
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@public
def packs() -> Response:
    """Lists of codes that a phone can save for a fair or an inspection."""
    return Response(render_template("traceability/packs.html", packs=list_packs(), root_key=find_root_key()))
