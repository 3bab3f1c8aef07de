"""«Other shelves» of a producer's workspace: what goes where, what is missing, files, addresses of feeds."""

import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.permissions.workspace import can_enter_workspace
from catalog.views.workspace.listing_access import Desk, product_of, publishing_desk, team_desk
from core import clock
from core.db import transaction
from promotion.channel_rules import Channel, ChannelKey, Reason, get_channel, list_channels
from promotion.column_maps import get_map
from promotion.errors.channels import ChannelNotFoundError, InvalidCategoryError
from promotion.feeds.judging import Shop, Verdict, judge_all
from promotion.feeds.making import count_reasons, judged
from promotion.feeds.writers import FEEDS, XLSX, sheet_name, write_sheet
from promotion.jobs.channels import shop_of
from promotion.operations.channels import CATEGORY_MAX, keep_off, put_back, renew_feed_key, set_category
from promotion.queries.channel_goods import Goods, iter_own_goods
from promotion.queries.channels import Fetches, find_feed_key, list_fetches
from promotion.views.channel_feeds import OWN_MOST, own_text
from promotion.views.channel_words import REASONS, breach_words, mended_at, reason_mended_at

PER_PAGE: Final = 30
TYPED_MAX: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A shelf as its card shows it. left_out: other reasons than «offered», with how many products."""

    channel: Channel
    files: tuple[str, ...]
    offered: int
    left_out: tuple[tuple[Reason, int], ...]
    fetches: Fetches


@needs(can_enter_workspace)
def channels(producer_id: int) -> Response:
    """All shelves with what is on each, and the producer's own feed addresses."""
    desk = team_desk(producer_id)
    key = find_feed_key(producer_id)
    page = render_template(
        "promotion_desk/channels.html",
        desk=desk,
        producer=desk.producer,
        shelves=_shelves(desk),
        key=key,
        feed_base=f"{_base_url()}/feeds/p/{key.key}" if key else "",
        reasons=REASONS,
        done=request.args.get("done", ""),
    )
    return make_response(page)


@needs(can_enter_workspace)
def channel(producer_id: int, name: str) -> Response:
    """One shelf: every product, whether it is on it, and what is missing."""
    return _shelf_page(team_desk(producer_id), _channel(name), 200)


@needs(can_enter_workspace)
def channel_choice_create(producer_id: int, name: str, product_id: int) -> AnyResponse:
    """Keep a product off a shelf, or let it go there again."""
    desk, shelf = publishing_desk(producer_id), _channel(name)
    act = keep_off if request.form.get("act") == "keep_off" else put_back
    with transaction():
        act(product_of(desk, product_id).id, shelf.key, by=desk.actor, now=clock.now())
    return _back(producer_id, shelf, product_id)


@needs(can_enter_workspace)
def channel_category_create(producer_id: int, name: str, product_id: int) -> AnyResponse:
    """Note the category of a product on a platform."""
    desk, shelf = publishing_desk(producer_id), _channel(name)
    typed = request.form.get("category", "")[:TYPED_MAX]
    try:
        with transaction():
            product = product_of(desk, product_id)
            set_category(product.id, shelf.key, typed, by=desk.actor, now=clock.now())
    except InvalidCategoryError:
        return _shelf_page(team_desk(producer_id), shelf, 422, (product_id, typed))
    return _back(producer_id, shelf, product_id)


@needs(can_enter_workspace)
def feed_key_create(producer_id: int) -> AnyResponse:
    """Make the addresses of the producer's feeds, or make them anew so that the old ones lead nowhere."""
    desk = publishing_desk(producer_id)
    with transaction():
        renew_feed_key(producer_id, by=desk.actor, now=clock.now())
    return redirect(
        url_for("promotion_desk.channels", producer_id=producer_id, done="key", _anchor="feeds"), 303
    )


@needs(can_enter_workspace)
def channel_file(producer_id: int, name: str) -> Response:
    """A file of the producer's own goods as they are at this moment."""
    desk = team_desk(producer_id)
    file = FEEDS.get(name)
    if file is not None:
        answer = Response(own_text(producer_id, file), content_type=file.media_type)
    else:
        answer = Response(_sheet(desk, _channel(name.removesuffix(".xlsx")), name), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{clock.today().isoformat()}-{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sheet(desk: Desk, shelf: Channel, name: str) -> bytes:
    if shelf.is_feed or name != sheet_name(shelf.key):
        raise ChannelNotFoundError(name=name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_sheet(path, shelf.key, judged(_goods(desk), shelf, clock.today(), _shop()))
        return path.read_bytes()


def _shelves(desk: Desk) -> list[Shelf]:
    on, shop, all_channels = clock.today(), _shop(), list_channels()
    verdicts: dict[ChannelKey, list[Verdict]] = {each.key: [] for each in all_channels}
    for goods in _goods(desk):
        for verdict in judge_all(goods, all_channels, on, shop):
            verdicts[verdict.channel].append(verdict)
    fetches = list_fetches(desk.producer.id, on)
    return [_shelf(each, verdicts[each.key], fetches.get(each.key, Fetches())) for each in all_channels]


def _shelf(shelf: Channel, verdicts: list[Verdict], fetches: Fetches) -> Shelf:
    counts = count_reasons(verdicts)
    left_out = tuple((each, counts[each]) for each in Reason if each is not Reason.OFFERED and counts[each])
    names = tuple(name for name, file in FEEDS.items() if file.channel is shelf.key)
    return Shelf(
        channel=shelf,
        files=names or (sheet_name(shelf.key),),
        offered=counts[Reason.OFFERED],
        left_out=left_out,
        fetches=fetches,
    )


def _shelf_page(desk: Desk, shelf: Channel, status: int, wrong: tuple[int, str] = (0, "")) -> Response:
    verdicts = list(judged(_goods(desk), shelf, clock.today(), _shop()))
    # What needs a hand first; then by name, as everywhere in the workspace.
    verdicts.sort(key=lambda each: (_urgency(each), each.goods.name.casefold(), each.goods.id))
    page_count = max(-(-len(verdicts) // PER_PAGE), 1)
    page = min(max(request.args.get("page", 1, int), 1), page_count)
    html = render_template(
        "promotion_desk/channel.html",
        desk=desk,
        producer=desk.producer,
        shelf=shelf,
        columns=None if shelf.is_feed else get_map(shelf.key),
        verdicts=verdicts[(page - 1) * PER_PAGE : page * PER_PAGE],
        offered=sum(each.reason is Reason.OFFERED for each in verdicts),
        total=len(verdicts),
        page=page,
        page_count=page_count,
        reasons=REASONS,
        breach_words=breach_words,
        mended_at=mended_at,
        reason_mended_at=reason_mended_at,
        category_max=CATEGORY_MAX,
        wrong_id=wrong[0],
        typed=wrong[1],
        done=request.args.get("done", ""),
    )
    return make_response(html, status)


def _urgency(verdict: Verdict) -> int:
    """0 for what is not there and could be, 1 for what is there with remarks, 2 where nobody need do anything."""
    if verdict.reason is Reason.OFFERED:
        return 1 if any(row.breaches for row in verdict.rows) else 2
    return 2 if verdict.reason is Reason.KEPT_OFF else 0


def _goods(desk: Desk) -> list[Goods]:
    return list(islice(iter_own_goods(desk.producer.id, clock.today(), clock.now()), OWN_MOST))


def _channel(name: str) -> Channel:
    try:
        return get_channel(name)
    except ValueError:
        raise ChannelNotFoundError(name=name) from None


def _back(producer_id: int, shelf: Channel, product_id: int) -> AnyResponse:
    address = url_for(
        "promotion_desk.channel",
        producer_id=producer_id,
        name=shelf.key,
        done=product_id,
        page=request.form.get("page", 1, int),
        _anchor=f"goods-{product_id}",
    )
    return redirect(address, 303)


def _shop() -> Shop:
    shop: Shop = shop_of(current_app.extensions["settings"])
    return shop


def _base_url() -> str:
    base: str = current_app.extensions["settings"].public_base_url
    return base
