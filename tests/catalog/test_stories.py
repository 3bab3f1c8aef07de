"""Stories: a little formatting, and never anything else, whatever is typed."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as some

from catalog.models import Product
from catalog.operations.drafts import Typed, open_draft, save_draft
from catalog.operations.listings import change_listing
from catalog.stories import ALLOWED_TAGS, story_html, story_plain
from core import clock as present
from core.db import db, transaction
from tests.factories import make_producer, make_product
from tests.people import actor
from tests.support.hands import Hand
from tests.support.hostile_texts import HOSTILE_TEXTS

pytestmark = pytest.mark.once  # about text: the same with every database


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, tuple(attrs)))


def test_three_hundred_hostile_texts_become_nothing_but_text():
    assert len(set(HOSTILE_TEXTS)) == 300
    for text in HOSTILE_TEXTS:
        for tag, attributes in Elements(story_html(text)).found:
            assert (tag in ALLOWED_TAGS, attributes) == (True, ()), text


@given(some.text(max_size=300))
def test_any_text_gives_only_allowed_tags_without_attributes(text):
    for tag, attributes in Elements(story_html(text)).found:
        assert tag in ALLOWED_TAGS
        assert attributes == ()


def test_the_formatting_that_there_is():
    html = story_html("# Từ 1990\nBa đời **làm** *kẹo*.\nKhông vội.\n- dừa\n- mạch nha\n1. nấu\n2. cắt")

    assert html == (
        "<h3>Từ 1990</h3>\n<p>Ba đời <strong>làm</strong> <em>kẹo</em>.</p>\n<p>Không vội.</p>\n"
        "<ul>\n<li>dừa</li>\n<li>mạch nha</li>\n</ul>\n<ol>\n<li>nấu</li>\n<li>cắt</li>\n</ol>\n"
    )


def test_a_story_of_before_looks_as_it_did():
    assert story_html("Một dòng.\nHai dòng & ba.") == "<p>Một dòng.</p>\n<p>Hai dòng &amp; ba.</p>\n"


def test_links_pictures_and_tags_stay_letters():
    assert story_html("[a](https://x.vn) ![b](c.png) <b>d</b>") == (
        "<p>[a](https://x.vn) ![b](c.png) &lt;b&gt;d&lt;/b&gt;</p>\n"
    )


def test_a_teaser_has_no_signs_of_formatting():
    assert story_plain("# Kẹo\n- **dừa** < 5 & ngon\nsnake_case_x") == "Kẹo dừa < 5 & ngon snake_case_x"


FIELDS = (
    *("summary", "summary_en", "name_en", "story", "story_en", "ingredients", "ingredients_en", "storage"),
    *("storage_en", "origin", "usage", "usage_en", "warnings", "warnings_en", "allergens", "allergens_en"),
)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_hostile_texts_in_every_field_add_no_element_to_any_page(app, client, db_session, part):
    producer = make_producer()
    product = make_product(producer=producer, certification=None)
    hand = Hand(app, producer)
    one = f"/workspace/{producer.id}/products/{product.id}"
    pages = (
        *(f"/products/{product.slug}", f"/en/products/{product.slug}", f"/producers/{producer.slug}", one),
        *(f"{one}/draft/all", f"{one}/draft/check", f"{one}/history", f"{one}/preview"),
        *(f"/workspace/{producer.id}/{name}" for name in ("products", "stock", "prices")),
    )
    texts = HOSTILE_TEXTS[part * 50 : part * 50 + 50]
    for first in range(0, len(texts), len(FIELDS)):
        batch = dict(zip(FIELDS, texts[first : first + len(FIELDS)], strict=False))
        _write(actor(hand.user), product.id, batch)
        for page in pages:
            found = Elements(hand.browser.get(page).text).found
            breaches = [element for element in found if "probe" in str(_active(element))]
            assert breaches == [], page


def _active(element):
    """What of an element could run or load: its name if it is one we never use, handlers, addresses."""
    tag, attributes = element
    given = dict(attributes)
    is_ours = tag not in NEVER_OURS and (
        tag != "script" or "src" in given or "ld+json" in given.get("type", "")
    )
    risky = {"src", "href", "action", "srcdoc", "data", "style", "srcset", "formaction", "http-equiv"}
    return [
        *([] if is_ours else [f"{tag} probe"]),
        *(f"{name}={value}" for name, value in attributes if name.startswith("on") or name in risky),
        *(["probe"] if any(name.startswith("on") or name == "http-equiv" for name in given) else []),
    ]


NEVER_OURS = {"iframe", "object", "base", "math", "animate", "template", "style", "video", "noscript"}


def _write(by, product_id, texts):
    """On record as far as each takes it, and in a draft, where everything is kept as typed."""
    with transaction():
        product = db.session.get_one(Product, product_id)
        short = {field: text.replace("\n", " ")[:400] for field, text in texts.items()}
        change_listing(product, short, by=by, now=present.now())
        draft = open_draft(product, by=by, now=present.now())
        versions = {field.name: field.version for field in draft.fields}
        typed = {name: Typed(f"{text} x", versions.get(name, 0)) for name, text in texts.items()}
        assert save_draft(draft, typed, by=by, now=present.now()) == ()
