"""Codes to try on the trace page, one for each verdict, and the list of them that people get."""

from collections.abc import Iterator, Sequence
from typing import Final

from core.i18n import LazyText, gettext, lazy_gettext
from storefront.demo.site import Sample
from traceability.digital_link import trace_path
from traceability.stamp_codes import ALPHABET, new_codes
from traceability.verdicts import Verdict

MEANINGS: Final[dict[Verdict, LazyText]] = {
    Verdict.VALID_FIRST: lazy_gettext("valid, looked up for the first time"),
    Verdict.VALID_AGAIN: lazy_gettext("valid, looked up before"),
    Verdict.LOT_CODE: lazy_gettext("valid code of a whole lot"),
    Verdict.RANK_LAPSED: lazy_gettext("valid stamp, OCOP recognition no longer in force"),
    Verdict.NOT_ACTIVATED: lazy_gettext("printed but not activated"),
    Verdict.PAST_DATE: lazy_gettext("lot past its date"),
    Verdict.CHECK_FURTHER: lazy_gettext("scanned as if there were several of it"),
    Verdict.CONFIRMED_COPY: lazy_gettext("code that was copied, as a person decided"),
    Verdict.DISPLAY_SAMPLE: lazy_gettext("sample at a fair"),
    Verdict.RECALLED: lazy_gettext("lot being recalled"),
    Verdict.WITHDRAWN: lazy_gettext("withdrawn stamp"),
    Verdict.UNKNOWN: lazy_gettext("code that was never issued"),
    Verdict.MISTYPED: lazy_gettext("code with a typing error"),
}


def unissued_samples(issued: Sequence[Sample]) -> Iterator[Sample]:
    """A well-formed code that was never issued, and one that was, with its last character mistyped."""
    yield Sample(Verdict.UNKNOWN, "", trace_path(new_codes(1)[0]))
    for sample in issued[:1]:
        wrong = ALPHABET[(ALPHABET.index(sample.path[-1]) + 1) % len(ALPHABET)]
        yield Sample(Verdict.MISTYPED, sample.product, f"{sample.path[:-1]}{wrong}")


def sample_lines(samples: Sequence[Sample], base_url: str) -> list[str]:
    """The list in the present language, in the order of `MEANINGS`. base_url: without a slash at the end."""
    lines = [gettext("Trace pages to try:")]
    for verdict, meaning in MEANINGS.items():
        for sample in samples:
            if sample.verdict is verdict:
                about = f"{meaning} ({sample.product})" if sample.product else str(meaning)
                lines.append(f"  {base_url}{sample.path}  {about}")
    return lines
