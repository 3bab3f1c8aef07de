"""Pictures and papers of strangers: drawn anew in a process that may do little, refused with a reason of their own."""

import io
import json
import signal
import struct
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from core.media import sandbox
from core.media.errors import InvalidMediaError, MediaFault
from core.media.kinds import BYTES_MAX, document_kind
from core.media.limits import BYTE_GOALS, MEMORY_BYTES
from core.media.pictures import make_pictures, render_pages, render_pdf_pages
from tests.papers import a_pdf, a_photo, a_picture, encoded

ROOT = Path(__file__).resolve().parent.parent.parent
KIB = 1024
PEAK_MAX_BYTES = 300_000_000


def refusal(content, draw=make_pictures):
    with pytest.raises(InvalidMediaError) as refused:
        draw(content)
    return refused.value.reason


def frames(form, count=100):
    pictures = [Image.new("RGB", (400, 400), (each * 2, 0, 0)) for each in range(count)]
    return encoded(pictures[0], form, save_all=True, append_images=pictures[1:], duration=10)


def huge_png(side):
    """A PNG of `side` × `side` grey pixels in a few hundred kilobytes, without ever holding it."""

    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (side + 1)) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def big_jpeg(width, height, **options):
    return encoded(Image.new("RGB", (width, height), (200, 30, 20)), "JPEG", **options)


def peak_bytes(content, media_type):
    """The most memory that the process held, and how it ended."""
    task = json.dumps({"do": "pictures", "media_type": media_type}).encode()
    done = subprocess.run(
        [sys.executable, "-m", "core.media.worker"],
        input=task + b"\n" + content,
        capture_output=True,
        cwd=ROOT,
        env=sandbox._NO_SECRETS,
        check=False,
    )
    last = json.loads(done.stdout[done.stdout.rindex(b'{"') :])
    return last.get("peak_kib", 0) * KIB, last.get("refusal")


# What is taken


@pytest.mark.parametrize(
    ("form", "options"),
    [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {}), ("WEBP", {"lossless": True})],
)
def test_a_photograph_comes_in_every_size_and_format_within_its_goal(form, options):
    drawn = make_pictures(encoded(a_picture(2000, 1500), form, **options))

    assert (drawn.width, drawn.height, len(drawn.key)) == (1600, 1200, 20)
    assert {(each.name, each.format) for each in drawn.renditions} == {
        (name, kind) for name in BYTE_GOALS for kind in ("avif", "webp", "jpeg")
    }
    sizes = {each.name: (each.width, each.height) for each in drawn.renditions}
    assert sizes == {
        "card": (320, 320),
        "320": (320, 240),
        "640": (640, 480),
        "960": (960, 720),
        "1600": (1600, 1200),
    }
    assert [each for each in drawn.renditions if len(each.content) > BYTE_GOALS[each.name]] == []


def test_the_same_bytes_give_the_same_key_and_a_small_picture_is_not_blown_up():
    drawn = make_pictures(a_photo(500, 400))

    assert make_pictures(a_photo(500, 400)).key == drawn.key
    assert make_pictures(a_photo(501, 400)).key != drawn.key
    assert {each.width for each in drawn.renditions} == {320, 500}


@pytest.mark.parametrize("picture", [
    a_picture().convert("L"), a_picture().convert("P"), a_picture().convert("1"), a_picture().convert("RGBA"),
    a_picture().convert("LA"), Image.new("I;16", (800, 600), 40_000),
], ids=lambda picture: picture.mode)  # fmt: skip
def test_every_mode_of_png_is_drawn(picture):
    assert (make_pictures(encoded(picture, "PNG")).width, picture.width) == (800, 800)


def test_cmyk_and_profiles_become_plain_srgb():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for content in (
        encoded(a_picture().convert("CMYK")),
        a_photo(icc_profile=profile),
        a_photo(icc_profile=b"x" * 900),
    ):
        for each in make_pictures(content).renditions:
            with Image.open(io.BytesIO(each.content)) as picture:
                assert picture.mode == "RGB"
                assert not picture.info.get("icc_profile")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
              5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
              8: Image.Transpose.ROTATE_270}.get(orientation)  # fmt: skip
    upright = a_picture()
    stored = upright.transpose(turned) if turned is not None else upright

    drawn = make_pictures(encoded(stored, "JPEG", exif=exif.tobytes(), quality=95))

    largest = next(each for each in drawn.renditions if (each.name, each.format) == ("960", "jpeg"))
    with Image.open(io.BytesIO(largest.content)) as shown:
        assert shown.size == (800, 600)
        for point in ((100, 20), (100, 300), (700, 300)):
            near = zip(shown.getpixel(point), upright.getpixel(point), strict=True)
            assert max(abs(one - other) for one, other in near) < 40


def test_a_damaged_exif_and_a_second_picture_do_no_harm():
    for extra in ({"exif": b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40}, {"comment": b"<script>"}):
        assert make_pictures(a_photo(**extra)).width == 800
    two = encoded(a_picture(), "MPO", save_all=True, append_images=[a_picture(400, 400)])
    assert make_pictures(two).width == 800


def test_what_hangs_on_to_a_picture_is_left_behind():
    tail = b"<html><script>alert(1)</script></html>PK\x03\x04" + b"evil" * 100

    for content in (a_photo() + tail, encoded(a_picture(), "PNG") + tail, a_photo(comment=tail)):
        drawn = make_pictures(content)
        assert [
            each for each in drawn.renditions if b"script" in each.content or b"evil" in each.content
        ] == []


# What is refused


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", MediaFault.EMPTY),
        (b"\xff\xd8\xff" + b"0" * BYTES_MAX, MediaFault.TOO_HEAVY),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', MediaFault.SVG),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg><script>alert(1)</script></svg>', MediaFault.SVG),
        (b"GIF89a" + b"0" * 100, MediaFault.MOVING),
        (b"\x00\x00\x00\x18ftypheic" + b"0" * 100, MediaFault.HEIC),
        (b"\x00\x00\x00\x18ftypmif1" + b"0" * 100, MediaFault.HEIC),
        (b"%PDF-1.7\n%%EOF", MediaFault.PDF),
        (b"<html>\xff\xd8\xff</html>", MediaFault.ANOTHER_KIND),
        (b"PK\x03\x04" + b"0" * 100, MediaFault.ANOTHER_KIND),
        (b"II*\x00" + b"0" * 100, MediaFault.ANOTHER_KIND),
        (b"BM" + b"0" * 100, MediaFault.ANOTHER_KIND),
        (b"\n" + a_photo(), MediaFault.ANOTHER_KIND),
        (b"\xff\xd8\xff<html><script>alert(1)</script></html>", MediaFault.BROKEN),
        (b"\xff\xd8\xff" + a_photo()[3:], None),
        (a_photo()[:-2000], MediaFault.BROKEN),
        (a_photo()[:40], MediaFault.BROKEN),
        (encoded(a_picture(), "PNG")[:-500], MediaFault.BROKEN),
        (encoded(a_picture(), "WEBP")[:-500], MediaFault.BROKEN),
        (a_photo(800, 319), MediaFault.TOO_SMALL),
        (a_photo(1000, 330), MediaFault.TOO_NARROW),
    ],
)  # fmt: skip
def test_each_thing_that_is_no_photograph_has_its_reason(content, reason):
    if reason is None:
        assert make_pictures(content).width == 800
    else:
        assert refusal(content) == reason


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_a_hundred_frames_are_refused(form):
    assert refusal(frames(form)) == MediaFault.MOVING


def test_a_png_full_of_text_is_refused():
    info = PngImagePlugin.PngInfo()
    for _ in range(70):
        info.add_text("x", "a" * 1_000_000, zip=True)

    assert refusal(encoded(a_picture(), "PNG", pnginfo=info)) == MediaFault.BROKEN


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "media_type", "reason"),
    [
        (lambda: huge_png(13_000), "image/png", "too_many_pixels"),
        (lambda: big_jpeg(12_000, 9_000), "image/jpeg", None),
        (lambda: big_jpeg(12_000, 10_001), "image/jpeg", "too_many_pixels"),
        (lambda: big_jpeg(7_300, 5_400, progressive=True, subsampling=0), "image/jpeg", None),
        (lambda: big_jpeg(7_300, 5_500, progressive=True), "image/jpeg", "too_many_pixels"),
        (lambda: encoded(Image.new("RGBA", (6_400, 6_200), (9, 9, 9, 9)), "PNG"), "image/png", None),
        (lambda: encoded(Image.new("RGB", (5_000, 3_190), (9, 9, 9)), "WEBP"), "image/webp", None),
        (
            lambda: encoded(Image.new("RGB", (5_000, 3_300), (9, 9, 9)), "WEBP"),
            "image/webp",
            "too_many_pixels",
        ),
    ],
    ids=[
        "png-bomb",
        "jpeg-108",
        "jpeg-120",
        "progressive-39",
        "progressive-40",
        "rgba-39",
        "webp-15",
        "webp-16",
    ],
)
def test_memory_stays_bounded(make, media_type, reason):
    peak, told = peak_bytes(make(), media_type)

    assert told == reason
    assert peak < PEAK_MAX_BYTES


def test_the_process_that_asks_holds_little_more_than_the_file():
    content = a_photo() + b"x" * 20_000_000
    tracemalloc.start()

    make_pictures(content)

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * len(content)


# What the process may not do


def test_the_process_is_given_no_secret_and_little_power(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    probe = (
        "import json, os, resource, socket\n"
        "from core.media.worker import _give_up_powers\n"
        "_give_up_powers()\n"
        "print(json.dumps([sorted(os.environ), resource.getrlimit(resource.RLIMIT_AS)[0],"
        " resource.getrlimit(resource.RLIMIT_CORE)[0]]))\n"
    )
    seen = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, cwd=ROOT, env=sandbox._NO_SECRETS, check=True
    )

    names, memory, core = json.loads(seen.stdout)
    assert set(names) <= {"LC_ALL", "LC_CTYPE", "MALLOC_ARENA_MAX", "OMP_NUM_THREADS", "PWD", "SHLVL", "_"}
    assert (memory, core) == (MEMORY_BYTES, 0)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"", MediaFault.BROKEN),
        (b"no json\n", MediaFault.BROKEN),
        (b'["a", "list"]\n', MediaFault.BROKEN),
        (b'{"is_end": true, "bytes": -1}\n', MediaFault.BROKEN),
        (b'{"refusal": "moving", "bytes": 0}\n', MediaFault.MOVING),
        (b'{"refusal": "\\u0000", "bytes": 0}\n', MediaFault.BROKEN),
        (
            b'{"name": "640", "format": "jpeg", "bytes": 9}\n<script>x{"is_end": true, "bytes": 0}\n',
            MediaFault.BROKEN,
        ),
        (
            b'{"name": "640", "format": "html", "bytes": 9}\n<script>x{"is_end": true, "bytes": 0}\n',
            MediaFault.BROKEN,
        ),
    ],
)
def test_a_process_that_was_taken_over_is_not_believed(monkeypatch, said, reason):
    def run(task, content, answer):
        answer.write(said)
        return 0

    monkeypatch.setattr(sandbox, "_run", run)

    assert refusal(a_photo()) == reason


def test_a_process_that_is_killed_or_hangs_is_a_file_that_costs_too_much(monkeypatch):
    monkeypatch.setattr(sandbox, "_run", lambda *_: -signal.SIGXCPU)
    assert refusal(a_photo()) == MediaFault.TOO_COSTLY

    monkeypatch.undo()
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.05)
    assert refusal(a_photo(3000, 3000)) == MediaFault.TOO_COSTLY


# Papers


def test_a_pdf_becomes_pictures_some_pages_at_a_time():
    first = render_pdf_pages(a_pdf(14))
    rest = render_pages(a_pdf(14), 11)

    assert (first.page_count, [page.number for page in first.pages]) == (14, list(range(1, 11)))
    assert [page.number for page in rest.pages] == [11, 12, 13, 14]
    with Image.open(io.BytesIO(first.pages[0].content)) as picture:
        assert (picture.format, picture.width) == ("WEBP", first.pages[0].width)
        assert 1_390 <= picture.width <= 1_410


def test_a_photograph_of_a_paper_is_one_page():
    pages = render_pages(a_photo(3000, 2000))

    assert (pages.media_type, pages.page_count, len(pages.pages)) == ("image/jpeg", 1, 1)
    assert (pages.pages[0].width, pages.pages[0].height) == (1400, 933)
    assert refusal(a_photo(), lambda content: render_pages(content, 2)) == MediaFault.NO_SUCH_PAGE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (a_pdf(encrypt="secret"), MediaFault.LOCKED),
        (a_pdf(101), MediaFault.TOO_MANY_PAGES),
        (a_pdf()[:400], MediaFault.BROKEN),
        (b"%PDF-1.7\nnothing\n%%EOF", MediaFault.BROKEN),
        (b"\n" + a_pdf(), MediaFault.ANOTHER_KIND),
        (b"<html>" + a_pdf(), MediaFault.ANOTHER_KIND),
    ],
)
def test_papers_that_cannot_be_read_have_their_reasons(content, reason):
    assert refusal(content, render_pages) == reason


@pytest.mark.parametrize("size", [(14_000, 14_000), (14_000, 20), (20, 14_000), (20, 20)])
def test_pages_of_any_measure_are_bounded(size):
    (page,) = render_pages(a_pdf(size=size)).pages

    assert page.width <= 1_401
    assert page.width * page.height <= 6_100_000


def test_script_and_launch_actions_in_a_pdf_do_nothing():
    evil = a_pdf().replace(
        b"/Type /Catalog",
        b"/Type /Catalog /OpenAction << /S /Launch /F (/bin/sh) >> "
        b"/AA << /WC << /S /JavaScript /JS (app.alert(1)) >> >>",
    )
    assert b"/JavaScript" in evil

    pages = render_pages(evil)

    assert pages.page_count == 1
    assert b"JavaScript" not in pages.pages[0].content


def test_kinds_are_told_by_bytes_alone():
    assert document_kind(a_pdf()).value == "application/pdf"
    assert document_kind(a_photo()).value == "image/jpeg"
