"""Producers: one, and the list of those who have something listed."""

from datetime import UTC, date, datetime

from catalog.models import Certificate
from tests.factories import make_place, saved
from tests.support.statements import counted


def test_a_producer_page_says_who_where_and_what(client, make_product, make_producer):
    maker = make_producer(
        slug="htx-an-son", name="HTX An Sơn", founded_year=1998, story="Một dòng.\nHai dòng."
    )
    make_product(slug="keo-dua", name="Kẹo dừa", producer=maker)

    answer = client.get("/producers/htx-an-son")

    assert answer.status_code == 200
    assert '<h1 lang="vi">HTX An Sơn</h1>' in answer.text
    assert "Hợp tác xã" in answer.text
    assert "từ năm 1998" in answer.text
    assert "Bến Tre cũ, nay Vĩnh Long" in answer.text
    assert "<p>Hai dòng.</p>" in answer.text
    assert 'href="/products/keo-dua"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_certificates_of_the_producer_are_shown_with_their_state(client, make_producer):
    maker = make_producer(slug="htx")
    saved(
        Certificate(
            kind="iso",
            standard="ISO 22000:2018",
            number="I-7",
            issued_on=date(2020, 1, 1),
            expires_on=date(2023, 1, 1),
            producer_id=maker.id,
            recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )

    page = client.get("/producers/htx").text

    assert "ISO 22000:2018" in page
    assert "Đã hết hạn" in page


def test_a_telephone_is_told_only_where_something_is_sold(
    client, make_product, make_register_entry, make_producer
):
    seller, entry = (
        make_producer(slug="a", phone="+84912345678"),
        make_producer(slug="b", phone="+84987654321"),
    )
    make_product(slug="keo", producer=seller)
    make_register_entry(slug="so", producer=entry)

    assert "tel:+84912345678" in client.get("/producers/a").text
    assert "+84987654321" not in client.get("/producers/b").text
    assert "+84987654321" not in client.get("/products/so").text


def test_where_a_household_lives_is_told_down_to_the_commune(client, make_producer):
    make_producer(slug="ho", kind="household", place=make_place(street="12 Nguyễn Huệ"))

    page = client.get("/producers/ho").text

    assert "Nguyễn Huệ" not in page
    assert "Phường Bến Tre" in page


def test_a_producer_that_nobody_knows_is_not_found(client):
    answer = client.get("/producers/khong-co")

    assert answer.status_code == 404
    assert "Không tìm thấy nhà sản xuất" in answer.text


def test_the_list_holds_producers_with_something_listed(client, make_product, make_producer):
    make_producer(slug="khong-hang", name="Không Hàng")
    maker = make_producer(slug="co-hang", name="Có Hàng")
    make_product(producer=maker)
    make_product(producer=maker, is_listed=False)

    page = client.get("/producers").text

    assert "1 nhà sản xuất" in page
    assert 'href="/producers/co-hang"' in page
    assert "1 sản phẩm" in page
    assert "Không Hàng" not in page


def test_forty_eight_producers_are_on_a_page(client, make_product, make_producer):
    for number in range(50):
        make_product(producer=make_producer(slug=f"ho-{number:02}"), variants=[], certification=None)

    first, second = client.get("/producers").text, client.get("/producers?page=2").text

    assert first.count('href="/producers/ho-') == 48
    assert second.count('href="/producers/ho-') == 2
    assert "Không có trang 3." in client.get("/producers?page=3").text


def test_the_list_needs_two_statements_and_a_producer_eight(client, make_product, make_producer):
    maker = make_producer(slug="htx")
    for _ in range(5):
        make_product(producer=maker)
    client.get("/about")
    client.get("/products")

    with counted() as listed:
        client.get("/producers")
    with counted() as one:
        client.get("/producers/htx")
    with counted() as warm:
        client.get("/producers")
        client.get("/producers/htx")

    assert len(listed) == 2
    assert len(one) <= 8
    assert warm == []
