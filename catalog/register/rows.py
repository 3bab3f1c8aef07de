"""What reading one line of a register file gives: facts to record, and what there is to say about it."""

from dataclasses import dataclass, field
from enum import StrEnum

from catalog.facts import (
    CertificationFacts,
    PlaceFacts,
    ProducerFacts,
    ProductFacts,
    Refusal,
    SourceFacts,
    VariantFacts,
)


class Level(StrEnum):
    """error: the row is not recorded. warning: something it states is not. note: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(StrEnum):
    """What a message says, beside the refusals of `catalog.facts.Refusal`."""

    CLAIM_NOT_RECORDED = "claim_not_recorded"
    DECISION_NOT_RECORDED = "decision_not_recorded"
    STARS_IN_TEXT = "stars_in_text"
    STARS_UNCLEAR = "stars_unclear"
    INCOMPLETE_RECOGNITION = "incomplete_recognition"
    EXPIRY_BY_LAW = "expiry_by_law"
    GROUP_UNKNOWN = "group_unknown"
    PROVINCE_UNKNOWN = "province_unknown"
    PLACE_UNKNOWN = "place_unknown"
    PLACE_AMBIGUOUS = "place_ambiguous"
    PLACE_OUTSIDE_TABLE = "place_outside_table"
    ORIGIN_NOT_RECORDED = "origin_not_recorded"
    SELLER_NOT_PRODUCER = "seller_not_producer"
    PRODUCER_NOT_STATED = "producer_not_stated"
    TEXT_CLEANED = "text_cleaned"
    LOOKS_LIKE_FORMULA = "looks_like_formula"
    REPEATED_PRODUCT = "repeated_product"
    OTHER_PRICE = "other_price"
    TOO_MANY_CELLS = "too_many_cells"
    UNKNOWN_COLUMN = "unknown_column"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class RowMessage:
    """line: of the file. field: the column. value: as stated. code: a `Finding` or a `Refusal`.

    detail: what the sentence needs besides: the recorded value, the candidates, the line repeated.
    """

    line: int
    level: Level
    code: Finding | Refusal
    field: str
    value: str = ""
    detail: str = ""


@dataclass(slots=True)
class ParsedRow:
    """One line of the file. product is None if it cannot be recorded; then one message at least is an error.

    register_key: the same for lines about the same product.
    """

    line: int
    messages: list[RowMessage] = field(default_factory=list)
    product: ProductFacts | None = None
    producer: ProducerFacts | None = None
    place: PlaceFacts | None = None
    source: SourceFacts | None = None
    certifications: tuple[CertificationFacts, ...] = ()
    variant: VariantFacts | None = None

    def say(
        self, level: Level, code: Finding | Refusal, column: str, value: str = "", detail: str = ""
    ) -> None:
        """Add a message about this line."""
        self.messages.append(RowMessage(self.line, level, code, column, value, detail))

    @property
    def has_error(self) -> bool:
        return any(message.level is Level.ERROR for message in self.messages)
