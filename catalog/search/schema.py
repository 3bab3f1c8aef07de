"""The fields of the index: words and pairs of neighbours of each text, present or not, nothing stored.

Only stock classes of Whoosh stand in it, because a schema is pickled with its classes. The words come folded and cut
(`catalog.searched_texts`); positions and frequencies are not kept: ranking goes by field and neighbourhood.
"""

from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import FieldType, Schema
from whoosh.formats import Existence

from catalog.searched_texts import FIELDS


def pairs_field(field: str) -> str:
    """The field that holds the pairs of neighbours of `field`."""
    return f"{field}_pairs"


def make_schema() -> Schema:
    """A schema with a field of words and one of pairs for each text."""
    names = (*FIELDS, *map(pairs_field, FIELDS))
    return Schema(
        **{name: FieldType(format=Existence(), analyzer=SpaceSeparatedTokenizer()) for name in names}
    )
