"""The whole check, from the command line."""

import argparse
import base64
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from transparency.auditing.growing_tree import WIDTH, GrowingTree
from transparency.auditing.reading import CannotReadError, Site, tile_path
from transparency.auditing.records import Entries, compare_records, compare_register
from transparency.auditing.rules import Rules
from transparency.auditing.signatures import Key, Seen, parse_key, parse_seen

ABOUT_THE_PROGRAM = "Checks a public log from outside. See https://…/log of the site for what it proves."


class Audit:
    """One check. faults: sentences about what is wrong; remarks: about what somebody may want to look at."""

    def __init__(self, site: Site, *, with_tiles: bool) -> None:
        self.site = site
        self.faults: list[str] = []
        self.remarks: list[str] = []
        self.rules = Rules(self.tell)
        self._with_tiles = with_tiles
        self._size = 0

    def tell(self, weight: str, sentence: str) -> None:
        """Note a fault or a remark."""
        (self.faults if weight == "fault" else self.remarks).append(sentence)

    def run(self, earlier: list[tuple[str, int, str]]) -> Seen:
        """Read all of the log. earlier: where it was noted down, size, and the beginning of the root in hex.

        Returns its newest checkpoint. Raises CannotReadError.
        """
        try:
            seen = parse_seen(self.site.get("/log/checkpoint").decode())
        except ValueError as error:
            raise CannotReadError(f"/log/checkpoint: {error}") from None
        self._size = seen.size
        tree = GrowingTree(self._compare_tile)
        by_size: dict[int, list[tuple[str, str]]] = {}
        for where, size, root in earlier:
            if size > seen.size:
                self.tell("fault", f"{where} knows {size} entries, the log has only {seen.size}")
            by_size.setdefault(size, []).append((where, root))
        whole = self._read_entries(tree, by_size)
        self.rules.end()
        if whole and tree.root() != seen.root:
            self.tell("fault", f"the {seen.size} entries do not give the root of the checkpoint")
        return seen

    def check_signatures(self, seen: Seen, trusted: list[Key], witnesses: list[Key]) -> None:
        """Who signed the checkpoint: the log with a key that is trusted, or with one that the log itself names."""
        if not seen.signatures:
            # Whoever knows a key knows that the log was signed: without a signature it is not that log.
            self.tell(
                "fault" if trusted or witnesses else "remark",
                "the log is not signed: its operator is bound to nothing but what others noted down",
            )
            return
        keys = trusted
        if not trusted:
            keys = [parse_key(text) for text in self.rules.keys]
            told = ", ".join(key.text for key in keys) or "none"
            self.tell(
                "remark", f"no --key was given; keys that the log names, to be compared elsewhere: {told}"
            )
        try:
            signed = seen.signers([*keys, *witnesses])
        except ValueError as error:
            self.tell("fault", f"the checkpoint: {error}")
            return
        if not any(key in signed for key in keys):
            self.tell("fault", "no key of the log has signed the checkpoint")
        for key in witnesses:
            if key not in signed:
                self.tell("fault", f"the witness {key.name} has not signed the checkpoint")

    def _read_entries(self, tree: GrowingTree, by_size: dict[int, list[tuple[str, str]]]) -> bool:
        """Whether all entries were there."""
        self._compare_roots(tree, by_size)
        take, whole = self.rules.take, True
        for number in range(-(-self._size // WIDTH)):
            start = number * WIDTH
            end = min(start + WIDTH, self._size)
            try:
                entries = self.site.entries(number, end - start)
            except CannotReadError as error:
                self._read_single(start, end, error)
                whole = False
                continue
            for seq, leaf in enumerate(entries, start):
                take(seq, leaf)
            if whole:
                self._grow(tree, entries, by_size)
        if whole:
            tree.end()
        return whole

    def _grow(
        self, tree: GrowingTree, entries: list[bytes], by_size: dict[int, list[tuple[str, str]]]
    ) -> None:
        hashes = [sha256(b"\x00" + leaf).digest() for leaf in entries]
        stops = [size - tree.size for size in by_size if tree.size < size < tree.size + len(hashes)]
        done = 0
        for stop in [*sorted(stops), len(hashes)]:
            tree.add(hashes[done:stop])
            self._compare_roots(tree, by_size)
            done = stop

    def _read_single(self, start: int, end: int, error: CannotReadError) -> None:
        """Name the entries that are missing, and take the others."""
        found = dict(self.site.single_entries(start, end))
        missing = [str(seq) for seq in range(start, end) if seq not in found]
        self.tell("fault", f"missing in the log: entry {', '.join(missing)}" if missing else str(error))
        for seq in sorted(found):
            self.rules.take(seq, found[seq])

    def _compare_roots(self, tree: GrowingTree, by_size: dict[int, list[tuple[str, str]]]) -> None:
        for where, root in by_size.pop(tree.size, []):
            found = tree.root().hex()
            if not found.startswith(root):
                self.tell(
                    "fault",
                    f"{where} knows another log: at {tree.size} entries its root is {root}, not {found}",
                )

    def _compare_tile(self, level: int, number: int, hashes: list[bytes]) -> None:
        if not self._with_tiles:
            return
        path = tile_path(level, number, len(hashes))
        try:
            if self.site.get(path) != b"".join(hashes):
                self.tell("fault", f"{path} holds other hashes than those of its entries")
        except CannotReadError as error:
            self.tell("fault", str(error))


def main(arguments: list[str] | None = None) -> int:
    """Check, tell, and answer the code that the program ends with."""
    wanted = _wanted(arguments)
    begun = time.monotonic()
    try:
        earlier = _noted(wanted)
        audit = Audit(Site(wanted.log), with_tiles=not wanted.no_tiles)
        seen = audit.run(earlier)
        audit.check_signatures(seen, wanted.key, wanted.witness)
        seconds = time.monotonic() - begun
        compared = _compare(audit, seen.size, wanted)
    except (CannotReadError, OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"Could not check: {error}\n")
        return 2
    for sentence in audit.remarks:
        sys.stdout.write(f"remark: {sentence}\n")
    for sentence in audit.faults:
        sys.stdout.write(f"FAULT: {sentence}\n")
    rate = seen.size / seconds if seconds else 0
    sys.stdout.write(
        f"{seen.origin}: {seen.size} entries at {rate:.0f}/s, root {seen.root.hex()}; {compared}; "
        f"{len(audit.faults)} faults, {len(audit.remarks)} remarks\n"
    )
    if wanted.save and not audit.faults:
        Path(wanted.save).write_text(seen.written, encoding="utf-8")
    return 1 if audit.faults else 0


def _compare(audit: Audit, size: int, wanted: argparse.Namespace) -> str:
    if wanted.data == "none":
        return "not compared with the site"
    site = Site(wanted.data or wanted.log)
    entries = Entries(audit.site, size)
    records = compare_records(site, audit.rules, entries, audit.tell)
    rows = compare_register(site, audit.rules, entries, audit.tell)
    return f"compared with {records} records and {rows} rows of the register"


def _noted(wanted: argparse.Namespace) -> list[tuple[str, int, str]]:
    earlier = []
    for name in wanted.since:
        seen = parse_seen(Path(name).read_text(encoding="utf-8"))
        if wanted.key and seen.signatures and not seen.signers(wanted.key):
            raise ValueError(f"{name}: not signed by the key that was given")
        earlier.append((name, seen.size, seen.root.hex()))
    for text in wanted.noted:
        size, _colon, root = text.partition(":")
        earlier.append((text, int(size), root.lower()))
    for text in wanted.printed:
        _origin, size, beginning = text.rsplit(" ", 2)
        earlier.append((text, int(size), _hex_of(beginning)))
    return earlier


def _hex_of(beginning: str) -> str:
    """Whole bytes of a root of which only the beginning in Base64 is known."""
    known = beginning[: len(beginning) // 4 * 4]
    return base64.b64decode(known, validate=True).hex()


def _wanted(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="audit.py", description=ABOUT_THE_PROGRAM)
    add: Any = parser.add_argument
    add(
        "--log",
        required=True,
        metavar="URL",
        help="the site, https://example.vn, or file:///folder with a copy",
    )
    add("--data", metavar="URL", help="the site whose records are compared; «none» for no comparison")
    add("--key", action="append", default=[], type=parse_key, help="public key of the log: name+id+key")
    add(
        "--witness",
        action="append",
        default=[],
        type=parse_key,
        help="public key of a witness that must have signed",
    )
    add(
        "--since",
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint noted down earlier, or by others",
    )
    add("--noted", action="append", default=[], metavar="SIZE:HEX", help="size and root noted down earlier")
    add(
        "--printed",
        action="append",
        default=[],
        metavar="TEXT",
        help="«origin size root» from the margin of a sheet",
    )
    add("--save", metavar="FILE", help="write the checkpoint that was checked here, if nothing was wrong")
    add("--no-tiles", action="store_true", help="do not fetch the tiles of hashes, only the entries")
    return parser.parse_args(arguments)
