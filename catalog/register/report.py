"""What an import did, or would do: counts and every message, row by row."""

from collections import Counter
from dataclasses import dataclass, field

from catalog.register.rows import Level, RowMessage


@dataclass(slots=True)
class ImportReport:
    """ok_count + failed_count = row_count, always. added: new rows by table, none if nothing was new.

    file_messages: about the header. is_kept: whether the import was kept; False in a dry run and where rows failed
    without leave to skip them.
    """

    row_count: int = 0
    ok_count: int = 0
    failed_count: int = 0
    unchanged_count: int = 0
    added: dict[str, int] = field(default_factory=dict)
    file_messages: tuple[RowMessage, ...] = ()
    row_messages: list[RowMessage] = field(default_factory=list)
    encoding: str | None = None
    is_kept: bool = False

    @property
    def messages(self) -> tuple[RowMessage, ...]:
        """All of them, in the order of the lines."""
        return (*self.file_messages, *self.row_messages)

    @property
    def count_by_code(self) -> dict[str, int]:
        """How often each thing was said, most often first."""
        return dict(Counter(str(message.code) for message in self.messages).most_common())

    def count_of(self, level: Level) -> int:
        """How many messages of that level there are."""
        return sum(message.level is level for message in self.messages)
