"""Files for shelves, made from goods as they are read: those of the whole shop at once, of a producer one by one."""

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Final, Self

from promotion.channel_rules import Channel, list_channels
from promotion.feeds.judging import Shop, Verdict, judge, judge_all
from promotion.feeds.writers import FEEDS, TextFile
from promotion.queries.channel_goods import Goods

GZIP_LEVEL: Final = 4  # nine tenths of the gain for half the work

Counts = Counter[tuple[str, str, str]]
"""How many products, by shelf, code of the province, and reason."""


@dataclass(slots=True)
class MadeFile:
    """A file on the disk, plain and compressed, and how many rows it has."""

    name: str
    plain: Path
    packed: Path
    row_count: int = 0


@dataclass(slots=True)
class MadeShop:
    """All files of the shop, and what was counted on the way."""

    files: list[MadeFile] = field(default_factory=list)
    counts: Counts = field(default_factory=Counter)


def make_shop(folder: Path, goods: Iterable[Goods], shop: Shop, on: date, now: datetime) -> MadeShop:
    """Write every feed of the shop into `folder` in one walk through its goods, a row in memory."""
    made, channels = MadeShop(), list_channels()
    with ExitStack() as opened:
        writers = {
            name: opened.enter_context(_Writer(folder, file, shop, now)) for name, file in FEEDS.items()
        }
        for each in goods:
            for verdict in judge_all(each, channels, on, shop):
                made.counts[verdict.channel, each.province_code, verdict.reason] += 1
                for writer in writers.values():
                    writer.take(verdict)
        for writer in writers.values():
            writer.finish()
        made.files = [writer.made for writer in writers.values()]
    return made


def text_of(
    file: TextFile, goods: Iterable[Goods], channel: Channel, moment: tuple[Shop, date, datetime]
) -> str:
    """A feed of a few goods as one text. moment: the shop, the day and the instant for which it is made."""
    shop, on, now = moment
    rows = (text for each in goods for text in file.rows(judge(each, channel, on, shop), shop))
    return file.head(shop, now) + "".join(rows) + file.tail


def judged(goods: Iterable[Goods], channel: Channel, on: date, shop: Shop) -> Iterator[Verdict]:
    """Verdicts on goods for one shelf, as they are read."""
    return (judge(each, channel, on, shop) for each in goods)


def count_reasons(verdicts: Sequence[Verdict]) -> Counter[str]:
    """How many products for each reason."""
    return Counter(verdict.reason for verdict in verdicts)


class _Writer:
    """Writes one file, plain and compressed, as verdicts come."""

    def __init__(self, folder: Path, file: TextFile, shop: Shop, now: datetime) -> None:
        self.made = MadeFile(file.name, folder / file.name, folder / f"{file.name}.gz")
        self._file, self._shop, self._now = file, shop, now
        self._plain: BinaryIO
        self._packed: gzip.GzipFile

    def __enter__(self) -> Self:
        self._plain = self.made.plain.open("xb")
        self._packed = gzip.GzipFile(self.made.packed, "xb", compresslevel=GZIP_LEVEL, mtime=0)
        self._write(self._file.head(self._shop, self._now))
        return self

    def __exit__(self, *_error: object) -> None:
        self._plain.close()
        self._packed.close()

    def take(self, verdict: Verdict) -> None:
        if verdict.channel is self._file.channel:
            for text in self._file.rows(verdict, self._shop):
                self.made.row_count += 1
                self._write(text)

    def finish(self) -> None:
        self._write(self._file.tail)

    def _write(self, text: str) -> None:
        content = text.encode()
        self._plain.write(content)
        self._packed.write(content)
