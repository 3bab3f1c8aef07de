"""Publications that records rest on."""

from sqlalchemy import select

from catalog.errors import ContradictingRecordError, InvalidFactError
from catalog.facts import Refusal, SourceFacts
from catalog.models import Source
from catalog.operations.text_checks import optional_line, required_line
from core.db import db

KEY_MAX = 40


def record_source(facts: SourceFacts) -> Source:
    """The source of that key, recorded now if it is new.

    Raises ContradictingRecordError if the key is on record with other facts, InvalidFactError for a wrong one;
    then nothing has changed.
    """
    key = required_line("source_key", facts.key, KEY_MAX)
    stated = {
        "publisher": optional_line("source_publisher", facts.publisher),
        "title": optional_line("source_title", facts.title),
        "published_on": facts.published_on,
        "url": _web_address(facts.url),
    }
    source = db.session.scalar(select(Source).where(Source.key == key))
    if source is None:
        source = Source(key=key, **stated)
        db.session.add(source)
        db.session.flush()
        return source
    for field, value in stated.items():
        if value is not None and value != getattr(source, field):
            raise ContradictingRecordError(
                field=f"source_{field}", recorded=getattr(source, field), stated=value
            )
    return source


def _web_address(url: str | None) -> str | None:
    line = optional_line("source_url", url)
    if line is not None and not line.startswith(("https://", "http://")):
        raise InvalidFactError(field="source_url", value=line, reason=Refusal.UNKNOWN_CHOICE)
    return line
