"""The page on which a buyer pays: to be told apart from a real one at a glance, in the language of the session."""

from html import escape
from typing import Final

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from orders.gateways.fake_stripe.objects import Fields
from orders.gateways.fake_stripe.world import World

# A page of another «company», so none of our catalogues.
_WORDS: Final = {
    "vi": {
        "title": "Trang thanh toán thẻ mô phỏng",
        "lead": "Đây không phải Stripe. Không có khoản tiền nào được chuyển, đừng nhập số thẻ thật.",
        "pay": "Thanh toán",
        "decline": "Thẻ bị từ chối",
        "declined": "Thẻ đã bị từ chối. Bạn có thể thử lại.",
        "back": "Quay lại cửa hàng",
        "over": "Phiên thanh toán này đã kết thúc.",
    },
    "en": {
        "title": "Imitation of a card payment page",
        "lead": "This is not Stripe. No money moves; never type the number of a real card.",
        "pay": "Pay",
        "decline": "Let the card be declined",
        "declined": "The card was declined. You can try again.",
        "back": "Back to the shop",
        "over": "This payment session has ended.",
    },
}


def paying_page(world: World, request: Request) -> Response:
    """Show the page of a session, or do what its buttons say."""
    world.close_overdue()
    session = world.get("session", request.path.removeprefix("/pay/"))
    if session["status"] != "open":
        return _page(session, is_over=True)
    if request.method != "POST":
        return _page(session)
    if request.form.get("card") == "declined":
        world.pay(session["id"], is_declined=True)
        return _page(session, is_declined=True)
    world.pay(session["id"])
    return redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]), 303)


def _page(session: Fields, *, is_over: bool = False, is_declined: bool = False) -> Response:
    language = "vi" if session["locale"] == "vi" else "en"
    words = _WORDS[language]
    amount = f"{session['amount_total']:,} {session['currency'].upper()}"
    buttons = f"""<form method="post">
<p><button name="card" value="accepted">{words["pay"]}</button>
<button name="card" value="declined">{words["decline"]}</button></p></form>"""
    said = f"<p role=alert>{words['over' if is_over else 'declined']}</p>" if is_over or is_declined else ""
    back = escape(session["cancel_url"] or session["success_url"], quote=True)
    body = f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{words["title"]}</title></head><body>
<h1>{words["title"]}</h1><p>{words["lead"]}</p>{said}
<p><strong>{escape(amount)}</strong> · {escape(str(session["client_reference_id"]))}</p>
{"" if is_over else buttons}
<p><a href="{back}">{words["back"]}</a></p>
</body></html>"""
    return Response(body, 200, content_type="text/html; charset=utf-8")
