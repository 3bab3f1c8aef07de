"""Linksets fit the published schemas; which link is meant is told by language, context and media type."""

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.vectors import note_cases, vectors_json
from traceability.gs1.link_types import find_link_type
from traceability.gs1.linksets import (
    Link,
    LinkedThing,
    choices_document,
    context_pointer,
    linkset_document,
    linkset_pointer,
)
from traceability.gs1.negotiation import Wanted, asks_for_linkset, best_language, best_links, preferences

ANCHOR = "https://ocop.vn/01/09520123456788"
FOLDER = "gs1-linkset"
VERDICTS = {
    "valid-basic-example.json": {"linkset-schema.json"},
    "valid-gs1-example.json": {"gs1-linkset-schema.json"},
    "invalid-basic-example.json": set(),
    "invalid-gs1-example.json": set(),
    # An older document: its links have translated titles, a comment, and default links without a title.
    "ExampleLinkset.json": set(),
}


def link(kind="pip", language="", **facts):
    languages = (language,) if language else ()
    values = {"href": f"https://ocop.vn/{kind}/{language}", "title": "Trang sản phẩm", "languages": languages}
    return Link(kind=kind, **(values | facts))


THING = LinkedThing(
    ANCHOR,
    "Măng cụt sấy An Sơn",
    (
        link("defaultLink"),
        link("pip", "vi", media_type="text/html"),
        link("pip", "en", media_type="text/html"),
        link("masterData", media_type="application/json", contexts=("VN",), forwards_query=False),
    ),
)


def test_the_published_documents_are_judged_as_published():
    schemas = [vectors_json(FOLDER, name) for name in ("linkset-schema.json", "gs1-linkset-schema.json")]
    judged = {}
    for name in VERDICTS:
        document = vectors_json(FOLDER, name)
        judged[name] = {
            schema_name
            for schema_name, schema in zip(
                ("linkset-schema.json", "gs1-linkset-schema.json"), schemas, strict=True
            )
            if jsonschema.Draft7Validator(schema).is_valid(document)
        }
    note_cases(FOLDER, len(VERDICTS))

    assert judged == VERDICTS


@pytest.mark.parametrize(
    "document",
    [linkset_document([THING]), choices_document(ANCHOR, THING.of_kind("pip")), linkset_document([])],
)
def test_our_documents_fit_the_published_schema(document):
    jsonschema.Draft7Validator(vectors_json(FOLDER, "gs1-linkset-schema.json")).validate(document)


def test_a_document_says_all_of_a_link_but_of_the_default_only_its_title():
    (thing,) = linkset_document([THING])["linkset"]

    assert thing["anchor"] == ANCHOR
    assert thing["https://gs1.org/voc/defaultLink"] == [
        {"href": "https://ocop.vn/defaultLink/", "title": "Trang sản phẩm"}
    ]
    assert thing["https://gs1.org/voc/pip"][1] == {
        "href": "https://ocop.vn/pip/en",
        "title": "Trang sản phẩm",
        "type": "text/html",
        "hreflang": ["en"],
        "fwqs": True,
        "public": True,
    }
    assert thing["https://gs1.org/voc/masterData"][0]["context"] == ["VN"]
    assert thing["https://gs1.org/voc/masterData"][0]["fwqs"] is False


@pytest.mark.parametrize("count", [0, 2])
def test_a_thing_has_exactly_one_default_link(count):
    with pytest.raises(ValueError, match="exactly one"):
        linkset_document([LinkedThing(ANCHOR, "", (link("pip"), *[link("defaultLink")] * count))])


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("vi-VN,vi;q=0.9,en;q=0.8", ("vi-vn", "vi", "en")),
        ("en;q=0.8, vi;q=0.9", ("vi", "en")),
        ("en,vi", ("vi", "en")),
        ("fr;q=0", ()),
        ("fr;q=1.1, de;q=a, en;q=, vi;q=0.5", ("vi",)),
        ("en;q=0.9999", ()),
        (";;;,,q=1,", ("q=1",)),
        ("EN-us ; Q = 0.5", ("en-us",)),
        ("", ()),
        ("en;q=0.5;q=1", ("en",)),
        ("a," * 100_000, ("a",)),
    ],
)
def test_qualities_order_what_is_wanted_and_garbage_wants_nothing(header, values):
    assert preferences(header) == values


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("vi-VN,vi;q=0.9,fr-FR;q=0.8,en-US;q=0.6,en;q=0.5", "vi"),
        ("en-US,en;q=0.9", "en"),
        ("en-US,en;q=0.9,vi;q=0.8", "en"),
        ("en-GB", "en"),
        ("fr, en;q=0.1", "en"),
        ("ja", None),
        ("*", None),
        ("", None),
    ],
)
def test_a_language_is_taken_exactly_then_by_its_base(header, language):
    assert best_language(header, ("vi", "en")) == language


@pytest.mark.parametrize(
    ("wanted", "hrefs"),
    [
        (Wanted(("en-us", "vi")), ["https://ocop.vn/pip/en"]),
        (Wanted(("vi",)), ["https://ocop.vn/pip/vi"]),
        (Wanted(("ja",)), ["https://ocop.vn/pip/vi"]),
        (Wanted(), ["https://ocop.vn/pip/vi"]),
    ],
)
def test_the_language_of_a_link_decides_and_the_house_speaks_vietnamese(wanted, hrefs):
    assert [each.href for each in best_links(THING.of_kind("pip"), wanted)] == hrefs


def test_papers_beside_a_page_are_for_those_who_ask_for_papers():
    papers = [
        link("certificationInfo", href=f"https://ocop.vn/{number}", media_type="application/pdf")
        for number in (1, 2)
    ]
    pages = [link("certificationInfo", language, media_type="text/html") for language in ("vi", "en")]
    links = [*pages, *papers]

    assert best_links(links, Wanted()) == (pages[0],)
    assert best_links(links, Wanted(("en",), ("text/html", "*/*"))) == (pages[1],)
    assert best_links(links, Wanted(("en",), ("application/pdf",))) == tuple(papers)
    assert best_links(papers, Wanted(("en",))) == tuple(papers)


def test_links_that_nothing_tells_apart_are_all_told():
    pictures = [
        link("relatedImage", href=f"https://ocop.vn/{number}", media_type="image/webp") for number in (1, 2)
    ]
    page = link("relatedImage", href="https://ocop.vn/3", media_type="text/html", contexts=("VN",))

    assert best_links(pictures, Wanted()) == tuple(pictures)
    assert best_links([*pictures, page], Wanted(context="VN")) == (page,)
    assert best_links([*pictures, page], Wanted(media_types=("text/html", "image/webp"))) == (page,)
    assert best_links([*pictures, page], Wanted(media_types=("image/webp",))) == tuple(pictures)
    assert best_links([*pictures, page], Wanted(context="JP")) == (*pictures, page)


@pytest.mark.parametrize(
    ("link_type", "accept", "is_asked"),
    [
        ("linkset", "", True),
        ("all", "", True),
        ("gs1:pip", "", False),
        (None, "application/linkset+json", True),
        (None, "text/html, application/linkset+json;q=0.5", True),
        (None, "application/linkset+json;q=0", False),
        (None, "*/*", False),
        (None, "application/json", False),
    ],
)
def test_all_links_are_asked_for_by_query_or_header(link_type, accept, is_asked):
    assert asks_for_linkset(link_type, accept) is is_asked


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("gs1:pip", "pip"),
        ("pip", "pip"),
        ("https://gs1.org/voc/pip", "pip"),
        ("https://ref.gs1.org/voc/pip", "pip"),
        ("schema:pip", None),
        ("gs1:PIP", None),
        ("gs1:", None),
        ("", None),
    ],
)
def test_a_link_type_is_asked_for_by_curie_address_or_name(written, name):
    found = find_link_type(written)

    assert (found and found.name) == name


def test_headers_point_to_linkset_and_context():
    assert (
        linkset_pointer(ANCHOR)
        == f'<{ANCHOR}?linkType=linkset>; rel="linkset"; type="application/linkset+json"'
    )
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in context_pointer()


@settings(max_examples=100)
@given(st.text(max_size=80))
def test_no_header_breaks_the_choice(header):
    assert best_language(header, ("vi", "en")) in {"vi", "en", None}
    assert len(best_links(THING.of_kind("pip"), Wanted(preferences(header), preferences(header)))) == 1
