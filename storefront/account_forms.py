"""What people send from the pages of their account, made into plain checked values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID, uuid4

from accounts.addresses import AddressFacts
from core.places import Commune
from core.text import clean_line, clean_text

ADDRESS_FIELDS: Final = ("name", "phone", "province", "commune", "street", "landmark")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressForm:
    """An address as typed. errors: field to reason. candidates: communes to choose from, where several may be meant."""

    submission_key: str
    name: str = ""
    phone: str = ""
    province: str = ""
    commune: str = ""
    commune_code: str = ""
    street: str = ""
    landmark: str = ""
    is_default: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[Commune, ...] = ()

    @classmethod
    def empty(cls, name: str = "") -> "AddressForm":
        """A form to fill in, with a key of its own."""
        return cls(submission_key=str(uuid4()), name=name)

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> "AddressForm":
        """What was sent, cleaned; a key that is none is replaced by a new one."""
        name, phone, province, commune, street, landmark = (
            clean_line(form.get(field_name, "")) for field_name in ADDRESS_FIELDS
        )
        return cls(
            submission_key=submission_key(form.get("submission_key", "")),
            commune_code=form.get("commune_code", "")[:5],
            is_default=form.get("is_default") == "1",
            name=name,
            phone=phone,
            province=province,
            commune=commune,
            street=street,
            landmark=landmark,
        )

    @property
    def facts(self) -> AddressFacts:
        """For the operations."""
        return AddressFacts(
            name=self.name,
            phone=self.phone,
            province=self.province,
            commune=self.commune,
            commune_code=self.commune_code,
            street=self.street,
            landmark=self.landmark,
        )

    def with_error(self, name: str, reason: str, candidates: tuple[Commune, ...] = ()) -> "AddressForm":
        """The same with an error, and what to choose from."""
        return replace(self, errors={name: reason}, candidates=candidates)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextForm:
    """One text to be sent: a question, an answer, a reason. error: why it needs another look, or empty."""

    submission_key: str
    text: str = ""
    error: str = ""

    @classmethod
    def empty(cls, text: str = "") -> "TextForm":
        """A form to fill in, with a key of its own."""
        return cls(submission_key=str(uuid4()), text=text)

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> "TextForm":
        """What was sent, cleaned."""
        return cls(
            submission_key=submission_key(form.get("submission_key", "")),
            text=clean_text(form.get("text", "")),
        )

    def with_error(self, error: str) -> "TextForm":
        """The same, sent back."""
        return replace(self, error=error)


def submission_key(text: str) -> str:
    """`text` if it is a key as forms carry them, else a new one."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())
