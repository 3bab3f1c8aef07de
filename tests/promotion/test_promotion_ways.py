"""The ways to the pages of promotion: each is shown to those for whom it opens, and to nobody else."""

import re

from tests.factories import make_producer
from tests.people import browser_of, make_administrator, make_member, make_officer, make_organiser

CLUSTER = ("/office/campaigns", "/office/collections", "/office/points")
WAYS = re.compile(r'<nav class="more-ways" aria-label="Quảng bá">(.*?)</nav>', re.DOTALL)


def ways_on(browser, path):
    page = browser.get(path).text
    return tuple(re.findall(r'href="([^"]+)"', WAYS.findall(page)[0])), page


def test_every_way_opens_for_the_one_to_whom_it_is_shown(app, db_session):
    province = browser_of(app, make_officer())
    commune = browser_of(app, make_officer("commune", commune_code="28756"))
    administrator = browser_of(app, make_administrator())

    shown, page = ways_on(province, "/office/campaigns")
    to_communes, commune_page = ways_on(commune, "/office/channels")
    to_administrators, _page = ways_on(administrator, "/admin/promotion-report")

    assert shown == (*CLUSTER, "/office/promotion-report", "/office/channels", "/run-sheets")
    assert to_communes == ("/office/channels", "/run-sheets")
    assert to_administrators == (*CLUSTER, "/admin/promotion-report", "/run-sheets")
    assert '<a href="/office/campaigns" aria-current="page">Quảng bá</a>' in page
    assert '<a href="/office/channels" aria-current="page">Quảng bá</a>' in commune_page
    for browser, paths in ((province, shown), (commune, to_communes), (administrator, to_administrators)):
        for path in paths:
            assert ways_on(browser, path)[0] == paths


def test_the_ways_are_reached_from_where_people_begin(app, db_session):
    producer = make_producer()
    base = f"/workspace/{producer.id}"
    owner = browser_of(app, make_member(producer))
    packer = browser_of(app, make_member(producer, "packer"))
    kits = [f"{base}/{path}" for path in ("run-sheets", "vouchers", "hampers", "points", "promote/report")]

    assert 'href="/office/campaigns"' in browser_of(app, make_officer()).get("/office").text
    assert 'href="/office/campaigns"' in browser_of(app, make_administrator()).get("/account").text
    organiser = browser_of(app, make_organiser())
    assert 'href="/run-sheets"' in organiser.get("/organiser").text
    assert ways_on(organiser, "/run-sheets")[0] == ("/organiser", "/run-sheets")
    offered = owner.get(f"{base}/promote").text
    assert [path for path in kits if f'href="{path}"' not in offered] == []
    assert [owner.get(path).status_code for path in kits] == [200] * 5
    not_offered = packer.get(f"{base}/promote").text
    assert [path for path in kits if f'href="{path}"' in not_offered] == []
