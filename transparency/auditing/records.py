"""Whether the site says today what the log says: each record by itself, and the register as everybody downloads it."""

import json
from collections.abc import Iterator
from typing import Any

from transparency.auditing.growing_tree import WIDTH
from transparency.auditing.reading import CannotReadError, Site
from transparency.auditing.rules import Rules, Tell

CALLED = "called"
"""The fact of how something was called then: it may be called otherwise now."""
BUNDLES_KEPT = 64
# A column of the register and the fact of a recognition, or of its revocation, that it shows.
COLUMNS = {
    "stars_recorded": "stars",
    "decision_number": "decision_number",
    "decided_on": "decided_on",
    "recognised_year": "recognised_year",
    "expires_on": "expires_on",
    "expiry_basis": "expiry_basis",
    "authority": "authority_name",
    "authority_level": "authority_level",
    "criteria_version": "criteria_version",
    "revoked_on": "revoked_on",
    "evidence_level": "evidence_level",
    "source_key": "source",
    "document_sha256": "document",
}


class Entries:
    """Facts of single entries, fetched in bundles, the last ones kept."""

    def __init__(self, site: Site, size: int) -> None:
        self._site, self._size = site, size
        self._kept: dict[int, dict[int, bytes]] = {}

    def facts(self, seq: int) -> dict[str, Any]:
        """What entry `seq` says, without what may change. Raises CannotReadError."""
        number = seq // WIDTH
        if number not in self._kept:
            while len(self._kept) >= BUNDLES_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[number] = self._read(number)
        facts = json.loads(self._kept[number][seq])["facts"]
        return {name: value for name, value in facts.items() if name != CALLED}

    def _read(self, number: int) -> dict[int, bytes]:
        start = number * WIDTH
        end = min(start + WIDTH, self._size)
        try:
            return dict(enumerate(self._site.entries(number, end - start), start))
        except CannotReadError:
            return dict(self._site.single_entries(start, end))


def compare_records(site: Site, rules: Rules, entries: Entries, tell: Tell) -> int:
    """Compare every record that the site shows with its entry. Returns how many there were."""
    left = dict(rules.index)
    count = 0
    kinds = site.json("/log/records")["kinds"]
    # What is compared is not for the site to choose.
    for kind in sorted({kind for kind, _subject in rules.index}.difference(kinds)):
        tell("fault", f"the site does not show what is on record as {kind}, of which the log has entries")
    for kind in kinds:
        for subject, facts in _records(site, kind):
            count += 1
            seq = left.pop((kind, subject), None)
            if seq is None:
                tell("fault", f"{subject} is on record as {kind}, but the log has no entry of it")
                continue
            changed = _changed(entries.facts(seq), facts)
            if changed:
                tell("fault", f"{subject} was altered: {changed} (entry {seq}, {kind})")
    for (kind, subject), seq in left.items():
        if kind in kinds:
            tell("fault", f"{subject} was taken out: entry {seq} says {kind}, no record does")
    return count


def compare_register(site: Site, rules: Rules, entries: Entries, tell: Tell) -> int:
    """Compare the recognitions of the register that everybody downloads with the log. Returns how many there were."""
    count = 0
    register = site.json("/open-data/register.json")
    for row in register["entries"]:
        if not any(row.get(column) for column in COLUMNS):
            continue
        count += 1
        recognitions = rules.recognitions.get(row["slug"], [])
        differing = []
        for seq, subject in recognitions:
            facts = {**entries.facts(seq), "revoked_on": rules.revoked_on(subject)}
            changed = _shown_otherwise(row, facts)
            if changed:
                differing.append((changed, seq))
        if not recognitions:
            tell("remark", f"the register shows a recognition of {row['slug']}, the log none of that name")
        elif len(differing) == len(recognitions):
            changed, seq = min(differing, key=lambda each: len(each[0]))
            tell("fault", f"the register shows {row['slug']} otherwise: {changed} (entry {seq})")
        elif row.get("stars_today"):
            _check_stars(row, register["as_of"], tell)
    return count


def _check_stars(row: dict[str, Any], as_of: str, tell: Tell) -> None:
    """Of a row that says what the log says: whether it shows stars that were not given, or no longer hold."""
    shown = f"the register shows {row['slug']} with {row['stars_today']} stars"
    if row["stars_today"] != row["stars_recorded"]:
        tell("fault", f"{shown}, {row['stars_recorded']} were recorded")
    elif row.get("revoked_on") and row["revoked_on"] <= as_of:
        tell("fault", f"{shown}, revoked from {row['revoked_on']} on")


def _records(site: Site, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in site.get(f"/log/records/{kind}").decode().splitlines():
        record = json.loads(line)
        yield record["subject"], record["facts"]


def _changed(entered: dict[str, Any], now: dict[str, Any]) -> str:
    """«stars: 4 in the log, 5 now» for each fact that differs."""
    names = sorted((entered.keys() | now.keys()) - {CALLED})
    return "; ".join(
        f"{name}: {_told(entered.get(name))} in the log, {_told(now.get(name))} now"
        for name in names
        if entered.get(name, ...) != now.get(name, ...)
    )


def _shown_otherwise(row: dict[str, Any], facts: dict[str, Any]) -> str:
    return "; ".join(
        f"{fact}: {_told(facts.get(fact))} in the log, {_told(row.get(column))} now"
        for column, fact in COLUMNS.items()
        if (row.get(column) or None) != (facts.get(fact) or None)
    )


def _told(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
