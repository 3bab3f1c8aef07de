"""All fairs: those that run, those that come, those that are over."""

from dataclasses import replace

from flask import Response, render_template, request

from core import clock
from core.web.access import public
from promotion.queries.public_fairs import PER_PAGE, FairCriteria, FairList, list_public_fairs, province_of
from storefront import labels
from storefront.views.fairs.choices import fairs_query, read_fairs
from storefront.views.fairs.frame import page_of_fairs
from storefront.views.frame import local_url

Way = tuple[str, str, bool]
"""Words, address, whether it is chosen."""


@public
def fairs() -> Response:
    """One page of fairs, all published ones or those of a province or kind."""
    criteria = read_fairs(request.args)
    return page_of_fairs(("fairs", criteria), lambda: _render(criteria), fairs_query(criteria))


def _render(criteria: FairCriteria) -> str:
    on = clock.today()
    listed = list_public_fairs(criteria, on)
    query = fairs_query(replace(criteria, page=1))
    return render_template(
        "storefront/fairs.html",
        here="fairs",
        criteria=criteria,
        running=[line for line in listed.lines if line.fair.is_running_on(on)],
        others=[line for line in listed.lines if not line.fair.is_running_on(on)],
        total=listed.total,
        page_count=-(-listed.total // PER_PAGE),
        url_before_page=local_url("/fairs", f"{query}&page=" if query else "page="),
        provinces=_provinces(criteria, listed),
        kinds=_kinds(criteria, listed),
        chosen=_chosen(criteria),
        is_narrowed=criteria.province_code is not None or criteria.kind is not None,
        everything_url=_url(FairCriteria(is_past=criteria.is_past)),
        past_url=_url(FairCriteria(is_past=True)),
        labels=labels,
        today=on,
    )


def _chosen(criteria: FairCriteria) -> list[str]:
    """What was chosen, in words, for the title."""
    province = province_of(criteria.province_code)
    words = [province.short_name] if province else []
    return [*words, labels.label_of(labels.FAIR_KINDS, criteria.kind.value)] if criteria.kind else words


def _provinces(criteria: FairCriteria, listed: FairList) -> list[Way]:
    """A way to each province; the chosen one leads back to all."""
    ways = []
    for province in listed.provinces:
        is_on = province.code == criteria.province_code
        wanted = replace(criteria, province_code=None if is_on else province.code, page=1)
        ways.append((province.short_name, _url(wanted), is_on))
    return ways


def _kinds(criteria: FairCriteria, listed: FairList) -> list[Way]:
    ways = []
    for kind in listed.kinds:
        is_on = kind is criteria.kind
        wanted = replace(criteria, kind=None if is_on else kind, page=1)
        ways.append((labels.label_of(labels.FAIR_KINDS, kind.value), _url(wanted), is_on))
    return ways


def _url(criteria: FairCriteria) -> str:
    return local_url("/fairs", fairs_query(criteria))
