"""News to buyers: each thing once, in the language of the order."""

from core import clock
from core.db import db, transaction
from core.jobs.models import Job
from core.messages.models import Message
from orders.jobs.news import send_news
from orders.operations.news import tell_buyer
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Lifecycle
from tests.support.order_shop import delivered_order, make_order, pay

LINK = "http://market.test/orders/x"


def tell(order_id):
    with transaction():
        return tell_buyer(order_id, link=LINK, host="market.test", now=clock.now())


def texts():
    return [message.body for message in db.session.query(Message).order_by(Message.id)]


def test_a_new_order_is_told_of_once(db_session):
    order = make_order()

    assert (tell(order.id), tell(order.id)) == (1, 0)
    told = (
        f"Chúng tôi đã nhận đơn {order.code}, 155.000\xa0₫. Nhà sản xuất bắt đầu làm khi đơn được thanh toán."
        " Tra cứu: market.test, mục «Đơn hàng», bằng mã đơn và số điện thoại."
    )
    assert texts() == [told]


def test_everything_that_happened_is_told_in_its_order(db_session):
    order = delivered_order(language="en", email="thu@example.vn")
    producer = order.seller_orders[0].producer.name

    assert tell(order.id) == 5
    assert [text.removesuffix(f" Your order: {LINK}") for text in texts()] == [
        f"We have your order {order.code} of ₫155,000. The producers begin once it is paid.",
        f"We have received ₫155,000 for order {order.code}. Thank you.",
        f"{producer} has confirmed order {order.code}.",
        f"The parcel of {producer} is on its way (order {order.code}).",
        f"The parcel of {producer} has arrived (order {order.code}).",
    ]
    assert tell(order.id) == 0


def test_nothing_is_told_of_an_order_whose_data_were_erased(db_session):
    order = make_order(erased_at=clock.now(), phone="", name="")

    assert tell(order.id) == 0
    assert texts() == []


def test_moves_ask_for_one_job_and_the_job_tells(app, db_session):
    order = make_order()
    pay(order)
    with transaction():
        move(
            order.seller_orders[0],
            Axis.LIFECYCLE,
            Lifecycle.CONFIRMED,
            actor=OrderActor.PRODUCER,
            now=clock.now(),
        )

    jobs = db.session.query(Job).filter_by(name="orders.send_news").all()
    assert [job.payload for job in jobs] == [{"order_id": order.id}]

    send_news(order.id)
    assert len(texts()) == 3
