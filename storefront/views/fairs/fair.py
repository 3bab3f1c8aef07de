"""One fair: when and where, what is on today, who is there, what they show and with which stars."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Final
from urllib.parse import urlsplit

from flask import Response, render_template, request

from catalog.collation import collation_key
from core import clock
from core.i18n import ngettext
from core.web.access import public
from promotion.fair_terms import Phase, read_hours
from promotion.floor_plans import shapes
from promotion.models.fairs import Fair
from promotion.queries.fair_views import SessionView
from promotion.queries.public_fairs import Exhibitor, PublicFair, get_fair_head, get_public_fair, province_of
from promotion.views.share_refs import share_ref
from storefront import labels
from storefront.structured_data import fair_data, script_text
from storefront.views.cards import cards_html
from storefront.views.fairs.choices import STARS, FairChoice, choice_query, read_choice
from storefront.views.fairs.frame import page_of_fair
from storefront.views.frame import absolute_url, local_url
from traceability.queries.packs import find_made_pack, find_root_key

GOODS_PER_PAGE: Final = 24

Day = tuple[date, list[SessionView]]


@public
def fair(slug: str) -> Response:
    """The page of a published fair; a cancelled one stays and says so."""
    head = get_fair_head(slug)
    choice = read_choice(request.args)
    query = choice_query(choice)
    return page_of_fair(head, (choice,), lambda phase: _render(slug, choice, phase), query)


def _render(slug: str, choice: FairChoice, phase: Phase) -> str:
    on = clock.today()
    page = get_public_fair(slug, on)
    shown = [each for each in page.exhibitors if _is_wanted(each, choice)]
    goods = _goods(shown, choice.stars)
    first = (choice.page - 1) * GOODS_PER_PAGE
    query = choice_query(replace(choice, page=1))
    address = f"/fairs/{slug}"
    pack = find_made_pack(slug)
    return render_template(
        "storefront/fair.html",
        here="fairs",
        page=page,
        fair=page.fair,
        phase=phase,
        choice=choice,
        chosen=_chosen(choice),
        shown=shown,
        shown_codes={each.code for each in shown},
        shapes=shapes(page.booths),
        taken_codes={each.code for each in page.exhibitors},
        cards=cards_html(goods[first : first + GOODS_PER_PAGE], on, eager_count=0),
        goods_count=len(goods),
        page_count=-(-len(goods) // GOODS_PER_PAGE),
        url_before_page=local_url(address, f"{query}&page=" if query else "page="),
        provinces=_provinces(page, choice, address),
        stars=_stars(page, choice, address),
        days=days_of(page.programme),
        today=on,
        pack=pack,
        root_key=find_root_key() if pack else None,
        live_host=urlsplit(page.fair.live_url or "").hostname or "",
        labels=labels,
        share_image_ref=share_ref("fair", slug),
        structured_data=[script_text(fair_data(page, absolute_url(address), times_of(page.fair)))],
    )


def days_of(programme: Sequence[SessionView]) -> list[Day]:
    """The programme by days of Vietnam."""
    return [
        (day, list(points))
        for day, points in groupby(programme, lambda each: clock.vietnam_date(each.starts_at))
    ]


def times_of(fair: Fair) -> tuple[datetime, datetime] | None:
    """The first opening and the last closing, on Vietnam's clocks."""
    span = read_hours(fair.hours)
    if span is None:
        return None
    starts, ends = (
        datetime.combine(day, at, clock.VIETNAM)
        for day, at in zip((fair.starts_on, fair.ends_on), span, strict=True)
    )
    return starts, ends


def _chosen(choice: FairChoice) -> list[str]:
    """What was chosen, in words, for the title."""
    province = province_of(choice.province_code)
    words = [province.short_name] if province else []
    if choice.stars:
        words.append(_stars_words(choice.stars))
    return words


def _stars_words(stars: int) -> str:
    return ngettext("OCOP %(count)s-star", "OCOP %(count)s-star", stars)


def _is_wanted(exhibitor: Exhibitor, choice: FairChoice) -> bool:
    code = exhibitor.province.code if exhibitor.province else None
    if choice.province_code is not None and code != choice.province_code:
        return False
    return choice.stars is None or any(stars == choice.stars for _, stars in exhibitor.products)


def _goods(exhibitors: Sequence[Exhibitor], stars: int | None) -> list[int]:
    """Numbers of the goods: those with more stars first, then in the order of the booths."""
    found = [each for exhibitor in exhibitors for each in exhibitor.products if stars in (None, each[1])]
    return [product_id for product_id, _ in sorted(found, key=lambda each: -(each[1] or 0))]


def _provinces(page: PublicFair, choice: FairChoice, address: str) -> list[tuple[str, str, int, bool]]:
    """Words, address, how many booths, whether chosen: a way to each province of the producers."""
    counts = Counter(each.province for each in page.exhibitors if each.province)
    ways = []
    for province, count in sorted(counts.items(), key=lambda each: collation_key(each[0].short_name)):
        is_on = province.code == choice.province_code
        wanted = replace(choice, province_code=None if is_on else province.code, page=1)
        ways.append((province.short_name, local_url(address, choice_query(wanted)), count, is_on))
    return ways


def _stars(page: PublicFair, choice: FairChoice, address: str) -> list[tuple[str, str, int, bool]]:
    """The same for each number of stars that some product holds today; how many products."""
    counts = Counter(stars for each in page.exhibitors for _, stars in each.products if stars)
    ways = []
    for stars in STARS:
        if not counts[stars] and stars != choice.stars:
            continue
        is_on = stars == choice.stars
        wanted = replace(choice, stars=None if is_on else stars, page=1)
        ways.append((_stars_words(stars), local_url(address, choice_query(wanted)), counts[stars], is_on))
    return ways
