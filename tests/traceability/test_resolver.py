"""The resolver by the criteria of GS1's own test suite (1.2.0), each under its name; docs/vectors.md lists them."""

import jsonschema
import pytest

from catalog.models.pictures import Picture, ProductPicture
from core import clock
from core.db import db, transaction
from tests.support.linksets import LINKSET, VOC, kinds, linkset_of
from tests.support.vectors import note_cases, vectors_json
from tests.traceability.conftest import GTIN, OTHER_GTIN
from traceability.gs1.link_types import find_link_type


@pytest.fixture
def site(app):
    return app.extensions["settings"].public_base_url


@pytest.fixture
def printed(make_product, make_lot, make_stamp):
    """Product, lot and code behind one printed address."""
    product = make_product(gtin=GTIN)
    lot = make_lot(product)
    return product, lot, make_stamp(lot)


def test_is_url_valid_dl_and_plausible_dl(client, printed, site):
    """isURL, validDL, plausibleDL: what a document is about is itself an address that resolves."""
    _, _, code = printed

    for thing in linkset_of(client, f"/01/{GTIN}/10/L2611/21/{code}"):
        assert thing["anchor"].startswith(site + "/01/")
        assert client.get(thing["anchor"].removeprefix(site)).status_code == 307


def test_reached_over_tls_and_http_1_1(client, printed, site):
    """isHttps, tlsOK, httpVersion: addresses are built on PUBLIC_BASE_URL, https in production (tests/core)."""
    answer = client.get(f"/01/{GTIN}", headers={"Host": "evil.example"})

    assert "evil.example" not in str(answer.headers)
    assert answer.request.environ["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert f"<{site}/01/{GTIN}?linkType=linkset>" in answer.headers["Link"]


def test_rd_file(client, site):
    answer = client.get("/.well-known/gs1resolver")

    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    described = answer.json
    assert described["resolverRoot"] == site
    assert described["supportedPrimaryKeys"] == ["01"]
    assert described["supportedLinkType"] == [{"namespace": VOC, "prefix": "gs1:"}]
    assert described["linkTypeDefaultCanBeLinkset"] is False
    assert described["contact"]["fn"] == described["name"] != ""


@pytest.mark.parametrize("path", ["/01/{gtin}", "/01/{gtin}?linkType=linkset", "/01/x", "/01/{other}"])
def test_cors_check(client, printed, path):
    answer = client.get(path.format(gtin=GTIN, other=OTHER_GTIN), headers={"Origin": "https://app.example"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Link" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_link_on_redirect_and_no_legacy_link_headers(client, printed, site):
    """linkOnRedirect, legacyLinkHeaders: one Link header, to the linkset, and none to any target."""
    answer = client.get(f"/01/{GTIN}")

    assert answer.headers.getlist("Link") == [
        f'<{site}/01/{GTIN}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'
    ]


def test_methods_check(client, printed):
    got, head = client.get(f"/01/{GTIN}"), client.head(f"/01/{GTIN}")
    options = client.options(f"/01/{GTIN}", headers={"Access-Control-Request-Method": "GET"})

    assert (got.status_code, head.status_code, options.status_code) == (307, 307, 200)
    assert head.data == b""
    assert head.headers["Location"] == got.headers["Location"]
    assert {"GET", "HEAD", "OPTIONS"} == set(options.headers["Allow"].split(", "))
    assert options.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert client.head(f"/01/{GTIN}?linkType=linkset").content_type == LINKSET


@pytest.mark.parametrize("query", ["", "?linkType=linkset", "?linkType=gs1:pip"])
def test_report_with_400(client, printed, query):
    assert client.get(f"/01/09521234500019{query}").status_code == 400
    assert client.get(f"/01/{GTIN}/10/{query}").status_code == 400
    assert client.get(f"/01/{GTIN}/10/{'A' * 21}{query}").status_code == 400


def test_no_error_with_200(client, printed):
    paths = ["/01/x", f"/01/{OTHER_GTIN}", f"/01/{GTIN}/10/NONE", f"/01/{GTIN}/21/7K3QX9M2RVBH"]

    for path in paths:
        for query in ("", "?linkType=gs1:pip"):
            assert client.get(path + query).status_code in {400, 404}, path + query


def test_trailing_slash(client, printed):
    _, _, code = printed

    for path in (f"/01/{GTIN}", f"/01/{GTIN}/10/L2611", f"/01/{GTIN}/10/L2611/21/{code}"):
        plain, slashed = client.get(path), client.get(path + "/")
        assert slashed.headers["Location"] == plain.headers["Location"]


def test_basic_walk_up(client, printed, site):
    """Every qualifier of key 01: 22, 10 and 21 in their order, or 235; unknown ones lead to what stands above."""
    _, _, code = printed

    whole = linkset_of(client, f"/01/{GTIN}/22/2A/10/L2611/21/{code}")
    assert [thing["anchor"].removeprefix(site) for thing in whole] == [
        f"/01/{GTIN}",
        f"/01/{GTIN}/10/L2611",
        f"/01/{GTIN}/10/L2611/21/{code}",
    ]
    for path in (f"/01/{GTIN}/10/NONE", f"/01/{GTIN}/22/2A", f"/01/{GTIN}/235/TPX"):
        assert [thing["anchor"] for thing in linkset_of(client, path)] == [f"{site}/01/{GTIN}"]
    assert client.get(f"/01/{GTIN}/22/2A").status_code == 307


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        ("?linkType=linkset", None, LINKSET),
        ("?linkType=all", None, LINKSET),
        ("", LINKSET, LINKSET),
        ("", "text/html;q=0.5, application/linkset+json", LINKSET),
        ("?linkType=linkset", "application/json", "application/json"),
        ("?linkType=linkset", "application/ld+json", "application/ld+json"),
        ("?linkType=linkset", "text/html", LINKSET),
    ],
)
def test_linkset_without_redirect(client, printed, query, accept, content_type):
    """ltLinksetNoRedirect, ltAllNoRedirect, ltAcceptHeader, declaredContentType, linksetJsonldCheck."""
    answer = client.get(f"/01/{GTIN}{query}", headers={"Accept": accept} if accept else {})

    assert answer.status_code == 200
    assert answer.content_type == content_type
    assert answer.headers["Link"] == (
        "<https://ref.gs1.org/standards/resolver/linkset-context>;"
        ' rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    )
    assert "Accept" in answer.headers["Vary"]


def test_valid_linkset_and_hacked_linkset(client, printed):
    """validLinkset, hackedLinkset: by the published schema, at every level, in both languages."""
    _, _, code = printed
    schema = vectors_json("gs1-linkset", "gs1-linkset-schema.json")

    for path in (f"/01/{GTIN}", f"/01/{GTIN}/10/L2611", f"/en/01/{GTIN}/10/L2611/21/{code}"):
        document = client.get(f"{path}?linkType=linkset").json
        jsonschema.Draft7Validator(schema).validate(document)


def test_qs_passed_on(client, printed):
    product, _, _ = printed

    answer = client.get(f"/01/{GTIN}?a=1&a=2&17=270101&b=%C4%91&c=1+2&d[]='x'")
    raw = client.get(f"/01/{GTIN}", environ_overrides={"QUERY_STRING": "đ=ư".encode().decode("latin-1")})
    typed = client.get(f"/01/{GTIN}?linkType=gs1:certificationInfo&a=1")

    assert (
        answer.headers["Location"] == f"/products/{product.slug}?a=1&a=2&17=270101&b=%C4%91&c=1+2&d%5B%5D='x'"
    )
    assert raw.headers["Location"] == f"/products/{product.slug}?%C4%91=%C6%B0"
    assert (
        typed.headers["Location"] == f"/products/{product.slug}?linkType=gs1:certificationInfo&a=1#chung-nhan"
    )


def test_default_link_exists_once_with_its_title_alone(client, printed, site):
    """defaultLinkExists, singleDefaulLink, singleMultiLink."""
    product, _, code = printed
    things = linkset_of(client, f"/01/{GTIN}/10/L2611/21/{code}")

    targets = []
    for thing in things:
        (default,) = thing[VOC + "defaultLink"]
        assert set(default) == {"href", "title"}
        assert [link["hreflang"] for link in thing[VOC + "defaultLinkMulti"]] == [["vi"], ["en"]]
        targets.append(default["href"].removeprefix(site))
    assert targets == [f"/products/{product.slug}", f"/products/{product.slug}/lots/L2611", f"/T/{code}"]


def test_link_types_defined(client, printed):
    for thing in linkset_of(client, f"/01/{GTIN}/10/L2611"):
        assert all(find_link_type(VOC + kind) for kind in kinds(thing))
        assert set(thing) == {"anchor", "itemDescription", *(VOC + kind for kind in kinds(thing))}


def test_default_target(client, printed, site):
    _, _, code = printed

    for thing in linkset_of(client, f"/01/{GTIN}/10/L2611/21/{code}"):
        (default,) = thing[VOC + "defaultLink"]
        answer = client.get(thing["anchor"].removeprefix(site))
        assert site + answer.headers["Location"] == default["href"]


def test_every_link_leads_where_it_says(client, printed, site):
    """loObject, the first: a type that is there is redirected to; and what is offered answers."""
    _, _, code = printed
    things = linkset_of(client, f"/01/{GTIN}/10/L2611/21/{code}")

    for thing in things:
        for kind in kinds(thing):
            targets = [link["href"].removeprefix(site) for link in thing[VOC + kind]]
            answer = client.get(f"{thing['anchor'].removeprefix(site)}?linkType=gs1:{kind}")
            assert answer.status_code == 307
            assert answer.headers["Location"].replace(f"?linkType=gs1:{kind}", "") in targets
            for link in thing[VOC + kind]:
                got = client.get(link["href"].removeprefix(site))
                assert got.status_code == 200, link
                assert got.content_type.partition(";")[0] == link.get(
                    "type", got.content_type.partition(";")[0]
                )


def test_several_equal_links_are_all_told(client, printed):
    """loObject, the second: 300 with the list of those that fit."""
    product, _, _ = printed
    with transaction():
        for position in (1, 2):
            picture = Picture(key=f"{position:020}", width=640, height=480, drawn_at=clock.now())
            db.session.add(picture)
            db.session.flush()
            db.session.add(
                ProductPicture(
                    product_id=product.id, picture_id=picture.id, position=position, added_at=clock.now()
                )
            )

    answer = client.get(f"/01/{GTIN}?linkType=gs1:relatedImage")
    page = client.get(f"/01/{GTIN}?linkType=gs1:relatedImage", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (answer.status_code, page.status_code) == (300, 300)
    assert answer.content_type == LINKSET
    (thing,) = answer.json["linkset"]
    assert len(thing[VOC + "relatedImage"]) == 2
    for link in thing[VOC + "relatedImage"]:
        assert link["href"] in page.text


@pytest.mark.parametrize(
    "link_type", ["gs1:nutritionalInfo", "gs1:nosuch", "schema:pip", "x" * 5_000, "%00", "<b>"]
)
def test_specific_link_type_not_found(client, printed, link_type):
    answer = client.get(f"/01/{GTIN}?linkType={link_type}")

    assert answer.status_code == 404
    assert "<b>»" not in answer.text


def test_the_criteria_are_those_of_the_suite():
    criteria = vectors_json("gs1-resolver-testsuite", "criteria-checked.json")
    note_cases("gs1-resolver-testsuite", len(criteria))

    assert len(criteria) == 31
    with open(__file__, encoding="utf-8") as file:
        told = file.read().replace("_", "").lower()
    assert [each["id"] for each in criteria if each["id"].lower() not in told] == []
