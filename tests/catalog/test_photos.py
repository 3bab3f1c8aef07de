"""Photographs of a listing, from the telephone to the page of the product."""

import io
import json
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from accounts.models import AuditEvent
from catalog.models import CatalogChange
from catalog.models.listings import ProductChange
from catalog.models.pictures import Picture, PictureFile, ProductPicture
from catalog.operations.pictures import list_shown
from core.db import db
from core.files import LocalStorage, storage_for
from core.media.drawing import BYTE_GOALS
from tests import people
from tests.factories import make_product, saved
from tests.papers import a_photo, a_picture, encoded

pytestmark = pytest.mark.once  # about pictures: the same with every database


@pytest.fixture(autouse=True)
def _without_tokens(app, db_session):
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def product():
    return make_product(slug="keo-dua")


@pytest.fixture
def browser(app, product):
    return people.browser_of(app, people.make_member(product.producer, "editor"))


def home_of(product):
    return f"/workspace/{product.producer_id}/products/{product.id}/photos"


def send(browser, product, *files, **headers):
    boundary, body = encode_multipart(
        {"photos": [FileStorage(io.BytesIO(content), name) for name, content in files]}
    )
    content_type = f"multipart/form-data; boundary={boundary}"
    return browser.post(home_of(product), data=body, content_type=content_type, headers=headers)


def shades(*levels):
    """A photograph for each level: different ones."""
    return [(f"{level}.jpg", encoded(Image.new("RGB", (480, 360), (level, 90, 40)))) for level in levels]


def test_a_photograph_is_shown_at_once_in_sizes_and_formats_by_addresses_that_last(browser, product, client):
    assert "img/goods/" in client.get("/products/keo-dua").text
    assert "img/goods/" in client.get("/products").text

    answer = send(browser, product, ("a.jpg", a_photo(2000, 1500)))

    assert (answer.status_code, answer.location) == (303, home_of(product))
    key = db.session.scalar(select(Picture.key))
    page = client.get("/products/keo-dua").text
    assert (
        f'<source type="image/avif" srcset="/pictures/{key}/320.avif 320w, /pictures/{key}/640.avif 640w'
        in page
    )
    assert re.search(r'content="http://market\.test/share/product/keo-dua/\w+-wide\.jpg"', page)
    assert f'"image":["http://market.test/pictures/{key}/1600.jpeg"]' in page
    assert "img/goods/" not in page
    assert f"/pictures/{key}/card.avif" in client.get("/products").text
    for form in ("avif", "webp", "jpeg"):
        for name in ("card", "320", "640", "960", "1600"):
            file = client.get(f"/pictures/{key}/{name}.{form}")
            assert (file.status_code, file.content_type) == (200, f"image/{form}")
            assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert file.headers["X-Content-Type-Options"] == "nosniff"
            assert "Set-Cookie" not in file.headers
            assert len(file.data) <= BYTE_GOALS[name]
            with Image.open(io.BytesIO(file.data)) as picture:
                assert (picture.format, picture.width) == (form.upper(), 320 if name == "card" else int(name))


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/{key}/641.jpeg",
        "/pictures/{key}/640.png",
        "/pictures/{other}/640.jpeg",
        "/pictures/%2e%2e/640.jpeg",
    ],
)
def test_other_addresses_of_pictures_are_not_found(browser, product, client, path):
    send(browser, product, ("a.jpg", a_photo()))
    key = db.session.scalar(select(Picture.key))

    assert client.get(path.format(key=key, other="0" * 20)).status_code == 404


def test_bad_files_are_named_each_with_its_reason_and_the_good_ones_are_kept(browser, product):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

    answer = send(
        browser,
        product,
        ("đẹp.jpg", a_photo()),
        ("<b>x</b>.jpg", svg),
        ("IMG_1.heic", b"\x00\x00\x00\x18ftypheic" + b"0" * 200),
        ("nửa.jpg", a_photo()[:3000]),
    )

    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text
    assert "&lt;b&gt;x&lt;/b&gt;.jpg: Không nhận hình vẽ (SVG)" in answer.text
    assert "IMG_1.heic: Đây là ảnh HEIC" in answer.text
    assert "nửa.jpg: Tệp bị hỏng hoặc chưa đủ" in answer.text
    assert len(list_shown(product.id)) == 1
    english = browser.get("/en" + home_of(product)).text
    assert "Take a photograph, or choose some" in english


def test_the_script_is_told_in_json(browser, product):
    taken = send(browser, product, ("a.jpg", a_photo()), Accept="application/json")
    refused = send(browser, product, ("a.gif", b"GIF89a" + b"0" * 100), Accept="application/json")

    assert (taken.status_code, json.loads(taken.data)) == (201, {"faults": []})
    assert refused.status_code == 422
    assert [fault["name"] for fault in json.loads(refused.data)["faults"]] == ["a.gif"]


def test_the_same_photograph_twice_is_shown_once_and_another_product_has_its_own_row(app, browser, product):
    send(browser, product, ("a.jpg", a_photo()), ("b.jpg", a_photo()))
    send(browser, product, ("a.jpg", a_photo()))
    other = make_product()
    send(people.browser_of(app, people.make_member(other.producer)), other, ("a.jpg", a_photo()))

    assert db.session.scalar(select(func.count()).select_from(ProductPicture)) == 2
    assert db.session.scalar(select(func.count()).select_from(Picture)) == 1


def test_at_most_ten_are_shown(browser, product):
    send(browser, product, *shades(*range(0, 100, 10)))
    answer = send(browser, product, *shades(200))

    assert answer.status_code == 422
    assert "nhiều nhất 10 ảnh" in answer.text
    assert len(list_shown(product.id)) == 10


def test_a_gallery_fetches_its_first_photograph_at_once_and_keeps_the_room_of_all(browser, product, client):
    send(browser, product, *shades(10, 60, 120))

    page = client.get("/products/keo-dua").text

    gallery = page[page.index('class="slides"') : page.index('class="slide-marks"')]
    assert gallery.count("<img") == gallery.count('width="480" height="360"') == 3
    assert (gallery.count('fetchpriority="high"'), gallery.count('loading="lazy"')) == (1, 2)
    assert gallery.index('fetchpriority="high"') < gallery.index('loading="lazy"')


def test_order_words_and_cover_change_at_once_and_stand_in_the_history(browser, product, client):
    send(browser, product, *shades(10, 200))
    first, second = (each.id for each in list_shown(product.id))
    keys = [each.picture.key for each in list_shown(product.id)]
    assert f"{keys[0]}/card" in client.get("/products").text

    browser.post(f"{home_of(product)}/order", data={"order": f"{second},{first}"})
    browser.post(
        f"{home_of(product)}/{second}/description", data={"alt": "Kẹo <b>dừa</b>", "alt_en": "Candy"}
    )

    assert [each.id for each in list_shown(product.id)] == [second, first]
    assert f"{keys[1]}/card" in client.get("/products").text
    assert 'alt="Kẹo &lt;b&gt;dừa&lt;/b&gt;"' in client.get("/products/keo-dua").text
    assert 'alt="Candy"' in client.get("/en/products/keo-dua").text
    changes = db.session.scalars(select(ProductChange).order_by(ProductChange.id)).all()
    assert [list(each.after) for each in changes] == [["photos"]] * 4
    assert [each["id"] for each in changes[2].after["photos"]] == [second, first]
    assert changes[3].after["photos"][0]["alt"] == "Kẹo <b>dừa</b>"
    history = browser.get(home_of(product).removesuffix("photos") + "history").text
    assert "Ảnh: " in history
    assert "<ins>1. Kẹo &lt;b&gt;dừa&lt;/b&gt;, 2. " in history
    assert "/undo" not in history
    verbs = db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.seq)).all()
    assert verbs == ["catalog.change_listing"] * 4


def test_an_order_made_for_other_photographs_is_told_and_changes_nothing(browser, product):
    send(browser, product, *shades(10, 200))
    first, second = (each.id for each in list_shown(product.id))

    for order in (f"{second}", f"{second},{first},{first}", f"{second},{first},99", "9" * 5_000, "x", ""):
        answer = browser.post(f"{home_of(product)}/order", data={"order": order})
        assert answer.status_code == 409
        assert "vừa thay đổi ảnh" in answer.text
    assert [each.id for each in list_shown(product.id)] == [first, second]


def test_what_is_taken_away_is_gone_for_everybody_and_can_be_laid_back(browser, product, client):
    send(browser, product, *shades(10, 200))
    first, second = (each.id for each in list_shown(product.id))
    key = db.session.scalar(select(Picture.key).order_by(Picture.id))

    for _ in range(2):
        assert browser.post(f"{home_of(product)}/{first}/removal").status_code == 303

    assert [(each.id, each.position) for each in list_shown(product.id)] == [(second, 1)]
    assert client.get(f"/pictures/{key}/640.jpeg").status_code == 404
    assert key not in client.get("/products/keo-dua").text
    assert browser.get(f"{home_of(product)}/{first}/image").content_type == "image/jpeg"
    assert client.get(f"{home_of(product)}/{first}/image").status_code == 303

    for _ in range(2):
        assert browser.post(f"{home_of(product)}/{first}/restoration").status_code == 303
    assert [(each.id, each.position) for each in list_shown(product.id)] == [(second, 1), (first, 2)]
    assert client.get(f"/pictures/{key}/640.jpeg").status_code == 200


def test_after_thirty_days_it_is_laid_back_no_more(browser, product, clock):
    send(browser, product, *shades(10))
    (only,) = (each.id for each in list_shown(product.id))
    browser.post(f"{home_of(product)}/{only}/removal")
    clock.move(timedelta(days=31))
    late = people.browser_of(browser.application, people.make_member(product.producer))

    answer = late.post(f"{home_of(product)}/{only}/restoration")

    assert answer.status_code == 409
    assert list_shown(product.id) == []


@pytest.mark.parametrize("act", ["", "/order", "/{id}/description", "/{id}/removal", "/{id}/restoration"])
def test_nobody_else_changes_them(app, browser, product, act):
    send(browser, product, *shades(10))
    (only,) = (each.id for each in list_shown(product.id))
    rival = make_product()
    changes = db.session.scalar(select(func.max(CatalogChange.seq)))
    strangers = [
        people.make_member(rival.producer),
        people.make_member(product.producer, "packer"),
        people.make_officer(),
        people.make_user(),
    ]

    for stranger in strangers:
        other = people.browser_of(app, stranger)
        for address in (home_of(product), f"/workspace/{rival.producer_id}/products/{product.id}/photos"):
            assert other.post(address + act.format(id=only), data={"alt": "x"}).status_code == 404
    mine = people.browser_of(app, people.make_member(rival.producer))
    assert mine.post(f"{home_of(rival)}{act.format(id=only)}").status_code in {303, 404, 409, 422}
    assert db.session.scalar(select(func.max(CatalogChange.seq))) == changes
    assert list_shown(rival.id) == []


def test_who_only_assists_changes_no_listing_that_is_in_the_shop(app, product):
    helper = people.make_user()
    saved(
        people.Membership(
            user_id=helper.id,
            producer_id=product.producer_id,
            role="editor",
            is_assisting=True,
            assists_with="listings",
            joined_at=product.recorded_at,
        )
    )
    draft = make_product(producer=product.producer, is_listed=False)
    browser = people.browser_of(app, helper)

    assert send(browser, product, *shades(10)).status_code == 404
    assert send(browser, draft, *shades(10)).status_code == 303
    assert (len(list_shown(product.id)), len(list_shown(draft.id))) == (0, 1)


def test_a_full_disk_is_told_in_words_and_loses_nothing(browser, product, monkeypatch, settings):
    send(browser, product, *shades(10))
    before = len(list(storage_for(settings).list_kept()))

    def full(self, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LocalStorage, "put", full)
    answer = send(browser, product, *shades(200))
    monkeypatch.undo()

    assert answer.status_code == 503
    assert "Hiện chưa lưu được tệp" in answer.text
    assert len(list_shown(product.id)) == 1
    assert len(list(storage_for(settings).list_kept())) == before
    assert send(browser, product, *shades(200)).status_code == 303


def test_a_crash_between_files_and_rows_leaves_orphans_and_no_row(browser, product, monkeypatch, settings):
    def crash(*arguments, **facts):
        raise RuntimeError("power")

    monkeypatch.setattr("catalog.views.workspace.photos.add_picture", crash)
    with pytest.raises(RuntimeError):
        send(browser, product, *shades(10))

    assert db.session.scalar(select(func.count()).select_from(PictureFile)) == 0
    assert len(list(storage_for(settings).list_kept())) == 9


def test_where_it_was_taken_is_left_out_and_it_stands_upright(browser, product, client):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[2] = (10.0, 14.0, 7.0)
    sent = a_photo(800, 600, exif=exif.tobytes(), comment=b"secret comment")
    assert b"SecretPhone" in sent

    send(browser, product, ("a.jpg", sent))

    key = db.session.scalar(select(Picture.key))
    for form in ("avif", "webp", "jpeg"):
        content = client.get(f"/pictures/{key}/640.{form}").data
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.size == (600, 800)
            assert dict(picture.getexif()) == {}
            assert not {"icc_profile", "comment", "xmp", "exif"} & picture.info.keys() or not any(
                picture.info.get(name) for name in ("icc_profile", "comment", "xmp", "exif")
            )
            upright = picture.convert("RGB")
            assert upright.getpixel((590, 400))[0] > 200  # the bar that was on top is on the right now
            assert upright.getpixel((300, 100))[0] > upright.getpixel((300, 100))[2]
        assert b"SecretPhone" not in content
        assert b"secret comment" not in content


def test_transparent_pictures_come_on_white(browser, product, client):
    picture = a_picture().convert("RGBA")
    picture.putalpha(0)

    send(browser, product, ("a.png", encoded(picture, "PNG")))

    key = db.session.scalar(select(Picture.key))
    with Image.open(io.BytesIO(client.get(f"/pictures/{key}/640.jpeg").data)) as shown:
        assert min(shown.convert("RGB").getpixel((300, 300))) > 250
