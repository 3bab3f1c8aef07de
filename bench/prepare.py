"""Fills an empty instance with 20,000 products and their stamps, builds the index, and says what was paid.

Run in a process of its own by `bench.__main__`; writes the addresses to ask for into `paths.json`.
"""

import json
import os
import random
import resource
import subprocess
import sys
from datetime import timedelta
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select

from bench import catalogue
from bench.server import ROOT
from catalog.models import Product, Variant
from core import clock
from core.cli import upgrade_database
from core.config import load_settings
from core.db import db, transaction
from storefront.app import create_app
from traceability.models import Stamp, StampRun
from traceability.operations.lots import open_lot
from traceability.operations.sealing import (
    add_seal_key,
    create_root_key,
    publish_key_list,
    sealed_addresses,
)
from traceability.operations.stamps import RunOrder, issue_run, issue_stamps
from traceability.queries.stamp_states import iter_codes

LOTS = 40
STAMPS_PER_LOT = 25
ADDRESSES = 600


def main(folder: Path) -> None:
    app = create_app()
    with app.app_context():
        upgrade_database(app)
        catalogue.fill()
        _issue_stamps()
        (folder / "paths.json").write_text(json.dumps(_paths(app)))
    before = _children_seconds()
    subprocess.run(
        [str(Path(sys.executable).with_name("flask")), "--app", "wsgi", "catalog", "reindex"],
        cwd=ROOT, env=dict(os.environ), stdout=sys.stderr, check=True,
    )  # fmt: skip
    print(
        json.dumps({"name": "full_index_cpu", "value": round(_children_seconds() - before, 1), "unit": "s"})
    )


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _issue_stamps() -> None:
    goods = select(Product).join(Variant).where(Variant.price_vnd.is_not(None), Product.group_no != 6)
    settings = load_settings()
    with transaction():
        root = create_root_key(settings.instance_dir / "root.key", "bench.example")
        add_seal_key(settings.stamp_keys_dir, not_before=clock.today(), now=clock.now())
        publish_key_list(root, "bench.example", now=clock.now())
    with transaction():
        for product in db.session.scalars(goods.order_by(Product.id).limit(LOTS)).unique():
            lot = open_lot(
                product, "L2611", 2 * STAMPS_PER_LOT, now=clock.now(),
                produced_on=clock.today() - timedelta(30), expires_on=clock.today() + timedelta(300),
            )  # fmt: skip
            issue_stamps(lot, STAMPS_PER_LOT, now=clock.now())
            issue_run(lot, STAMPS_PER_LOT, RunOrder(is_sealed=True), by_id=None, now=clock.now())


def _paths(app: Flask) -> dict[str, list[str]]:
    chance = random.Random(26)
    slugs = list(db.session.scalars(select(Product.slug).order_by(Product.id)))
    goods = sorted({" ".join(name.split()[:2]).lower() for name in db.session.scalars(select(Product.name))})
    words = sorted(
        {word.lower() for name in db.session.scalars(select(Product.name)) for word in name.split()}
    )
    groups = ("food", "drinks", "herbal", "handicraft", "ornamental", "tourism")
    sorts = ("certified", "name", "price", "-price", "newest")
    listings = [
        f"/products?group={group}&stars={stars}&sort={sort}&page={page}"
        for group in groups for stars in (3, 4, 5) for sort in sorts for page in range(1, 8)
    ] + [f"/products?sort={sort}&page={page}" for sort in sorts for page in range(1, 40)]  # fmt: skip
    searches = [f"/products?q={quote(text)}&stars={chance.choice((3, 4, 5))}&group={chance.choice(groups[:4])}"
                for text in _combinations(chance, goods, words)]  # fmt: skip
    prefixes = sorted({word[:size] for word in words for size in (2, 3, 4)} | {text[:5] for text in goods})
    return {
        "listing": chance.sample(listings, ADDRESSES),
        "product": [f"/products/{slug}" for slug in chance.sample(slugs, ADDRESSES)],
        "trace": [
            f"/T/{code}"
            for code in db.session.scalars(select(Stamp.code).order_by(Stamp.id).limit(ADDRESSES))
        ],
        "trace_sealed": _sealed_paths(),
        "search": searches,
        "suggest": [
            f"/suggest?q={quote(text)}" for text in chance.sample(prefixes, min(ADDRESSES, len(prefixes)))
        ],
    }


def _sealed_paths() -> list[str]:
    folder = load_settings().stamp_keys_dir
    runs = select(StampRun).where(StampRun.seal_kid.is_not(None)).order_by(StampRun.id)
    paths = (
        path
        for run in db.session.scalars(runs).all()
        for _code, path in sealed_addresses(
            run, iter_codes(run.id, (1, run.stamp_count)), "", folder, on=clock.today()
        )
    )
    return list(islice(paths, ADDRESSES))


def _combinations(chance: random.Random, goods: list[str], words: list[str]) -> list[str]:
    """Distinct texts, three in five a plain name of goods, the others a name with one more word."""
    texts = dict.fromkeys(goods)
    while len(texts) < ADDRESSES:
        texts[f"{chance.choice(goods)} {chance.choice(words)}"] = None
    return list(texts)[:ADDRESSES]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
