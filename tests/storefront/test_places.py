"""Places: the index, provinces of today and of before, communes; and the six groups."""

import pytest


@pytest.fixture
def from_ben_tre(make_product):
    make_product(slug="keo-dua")
    make_product(slug="keo-chuoi", certification=None)


def test_the_index_lists_34_provinces_and_the_old_names_that_are_gone(client, from_ben_tre):
    page = client.get("/places").text

    today, former = page.split('id="former"')
    assert today.count('href="/places/') == 34
    assert 'href="/places/ben-tre"' in former
    assert "Bến Tre (nay Vĩnh Long)" in former
    assert 'href="/places/vinh-long"' not in former
    assert former.count('href="/places/') == 29


@pytest.mark.parametrize(
    ("slug", "heading"),
    [
        ("vinh-long", "<h1>Tỉnh Vĩnh Long</h1>"),
        ("ben-tre", "<h1>Tỉnh Bến Tre (cũ)</h1>"),
        ("phuong-ben-tre-28789", "<h1>Phường Bến Tre</h1>"),
    ],
)
def test_a_place_shows_its_products_under_old_and_new_name(client, from_ben_tre, slug, heading):
    answer = client.get(f"/places/{slug}")

    assert answer.status_code == 200
    assert heading in answer.text
    assert "2 sản phẩm, 1 đang có sao hôm nay" in answer.text
    assert 'href="/products/keo-dua"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_province_names_those_it_was_formed_from(client):
    page = client.get("/places/vinh-long").text

    assert "Hợp nhất ngày 1/7/2025 từ:" in page
    assert 'href="/places/ben-tre">Bến Tre</a>' in page
    assert 'href="/products?old_province=vinh-long">Vĩnh Long</a>' in page


def test_a_former_province_names_the_one_of_today(client):
    assert 'href="/places/vinh-long">Vĩnh Long</a>' in client.get("/places/ben-tre").text


def test_a_province_lists_its_communes_with_counts(client, from_ben_tre):
    page = client.get("/places/vinh-long").text

    assert 'href="/places/phuong-ben-tre-28789">Phường Bến Tre <span class="num">2</span>' in page


def test_a_place_without_products_says_so(client):
    assert "Chưa ghi nhận sản phẩm nào ở đây" in client.get("/places/cao-bang").text


@pytest.mark.parametrize("slug", ["atlantis", "xa-khong-co-28789", "28789", "phuong-ben-tre-99999", "%00"])
def test_a_place_that_is_none_is_not_found(client, slug):
    answer = client.get(f"/places/{slug}")

    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.text


def test_a_group_shows_its_products_and_parts(client, from_ben_tre):
    page = client.get("/groups/food").text

    assert "<h1>Thực phẩm</h1>" in page
    assert "Gia vị" in page
    assert "2 sản phẩm, 1 đang có sao hôm nay" in page
    assert 'href="/products?group=food"' in page


def test_a_group_that_is_none_is_not_found(client):
    assert client.get("/groups/weapons").status_code == 404
