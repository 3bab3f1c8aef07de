"""Reading the QR of a stamp in the browser: from the camera, from a photo, and never following a stranger's."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from bench.market import Market
from tests.e2e.conftest import BrowserThatSees, Come
from tests.e2e.visitors import visitor
from tests.e2e.words import say
from traceability.qr_images import qr_png

FILM_SIZE = (640, 480)
FRAMES = 4
DETECTOR_IS_MISSING = "delete window.BarcodeDetector"


def qr_of(url: str) -> Image.Image:
    return Image.open(io.BytesIO(qr_png(url, 8, 300))).convert("L")


def film(path: Path, picture: Image.Image) -> Path:
    """A film (YUV4MPEG2) of a label that somebody holds into the camera, a little askew."""
    frame = Image.new("L", FILM_SIZE, 150)
    label = picture.rotate(7, expand=True, fillcolor=255).resize((380, 380))
    frame.paste(label, (130, 50))
    grey = bytes([128]) * (FILM_SIZE[0] * FILM_SIZE[1] // 2)
    with path.open("wb") as out:
        out.write(b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n" % FILM_SIZE)
        for _ in range(FRAMES):
            out.write(b"FRAME\n" + frame.tobytes() + grey)
    return path


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_camera_reads_a_stamp(
    browser_that_sees: BrowserThatSees, market: Market, fresh_code: str, tmp_path: Path, language: str
) -> None:
    seen = film(tmp_path / "stamp.y4m", qr_of(f"{market.base_url}/T/{fresh_code}"))

    with (
        browser_that_sees(seen) as browser,
        visitor(browser, market.base_url, permissions=["camera"]) as person,
    ):
        person.context.add_init_script(DETECTOR_IS_MISSING)
        person.open("/scan" if language == "vi" else "/en/scan")
        person.page.get_by_role("button", name=say(language, "Scan with the camera")).click()
        person.page.wait_for_url(f"**/T/{fresh_code}", timeout=20_000)

        expect(person.page.locator("[data-verdict]")).to_have_attribute("data-verdict", "valid_first")
        assert person.complaints == []
        assert person.strangers == []


def test_a_photo_is_read_and_does_not_leave_the_browser(come: Come, market: Market, fresh_code: str) -> None:
    visitor = come()
    sent: list[str] = []
    visitor.page.on("request", lambda request: sent.append(request.method))
    visitor.open("/scan")

    choose_photo(visitor.page, qr_of(f"{market.base_url}/T/{fresh_code}"))

    visitor.page.wait_for_url(f"**/T/{fresh_code}", timeout=20_000)
    expect(visitor.page.locator("[data-verdict]")).to_have_attribute("data-verdict", "valid_first")
    assert set(sent) == {"GET"}


def test_the_image_of_a_stamp_that_we_print_is_read(
    come: Come, market: Market, fresh_code: str, tmp_path: Path
) -> None:
    visitor = come()
    picture = tmp_path / "stamp.png"
    market.command("traceability", "stamp-image", fresh_code, str(picture))
    visitor.open("/scan")

    visitor.page.locator("[data-photo]").set_input_files(picture)

    visitor.page.wait_for_url(f"**/T/{fresh_code}", timeout=20_000)


@pytest.mark.parametrize(
    "url", ["https://evil.example/T/ABC", "javascript:alert(1)", "http://127.0.0.1.evil.example/T/A"]
)
def test_a_strangers_qr_is_named_and_not_followed(come: Come, url: str) -> None:
    visitor = come()
    visitor.open("/scan")

    choose_photo(visitor.page, qr_of(url))

    status = visitor.page.locator("[data-status]")
    expect(status).not_to_be_empty(timeout=20_000)
    expect(status).not_to_have_text(
        say("vi", "No QR was found in the picture. Come closer, hold still, avoid glare.")
    )
    assert visitor.path() == "/scan"


def test_a_photo_without_a_qr_is_told_kindly(come: Come) -> None:
    visitor = come()
    visitor.open("/scan")

    choose_photo(visitor.page, Image.new("L", (300, 300), 200))

    expect(visitor.page.locator("[data-status]")).to_have_text(
        say("vi", "No QR was found in the picture. Come closer, hold still, avoid glare."), timeout=20_000
    )


def test_without_a_camera_the_code_is_typed(come: Come) -> None:
    visitor = come()
    visitor.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none'))"
    )
    visitor.open("/scan")

    visitor.page.get_by_role("button", name=say("vi", "Scan with the camera")).click()

    expect(visitor.page.locator("[data-status]")).to_have_text(
        say("vi", "The camera cannot be used. Please type the code or choose a photo.")
    )


def test_without_javascript_nothing_offers_what_does_not_work(come: Come) -> None:
    visitor = come(java_script_enabled=False)
    visitor.open("/scan")

    expect(visitor.page.locator("[data-scanner]")).to_be_hidden()
    expect(visitor.page.get_by_label(say("vi", "Code of the stamp"))).to_be_visible()


def choose_photo(page: Page, picture: Image.Image) -> None:
    content = io.BytesIO()
    picture.save(content, "PNG")
    page.locator("[data-photo]").set_input_files(
        {"name": "tem.png", "mimeType": "image/png", "buffer": content.getvalue()}
    )
