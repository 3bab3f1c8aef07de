"""What buyers type on the pages of the checkout, made into plain checked values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from stdnum.vn import mst

from accounts.contacts import ContactKind, find_contact
from core.commune_search import TEXT_MAX, CommuneChoice, find_choice, search_communes
from core.phones import vietnamese_phone
from core.places import Vintage, find_province_by_code
from core.text import clean_line, clean_text

DELIVER, PICKUP = "deliver", "pickup"
WAYS: Final = (DELIVER, PICKUP)
LINE_MAX: Final = 200
NOTE_MAX: Final = 500
LIMITS: Final = {
    "name": 100,
    "phone": 40,
    "province": 2,
    "q": TEXT_MAX,
    "commune": 20,
    "street": LINE_MAX,
    "landmark": LINE_MAX,
    "email": 254,
    "invoice_name": LINE_MAX,
    "invoice_tax_code": 20,
    "invoice_address": LINE_MAX,
    "invoice_email": 254,
}
FIELDS: Final = (*LIMITS, "note")
INVOICE: Final = ("invoice_name", "invoice_tax_code", "invoice_address", "invoice_email")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverForm:
    """Who receives the goods and where, as typed. province: code of today; commune: a key of `core.commune_search`.

    errors: field to reason. found: communes to choose from. checked: what was understood, once there is no error.
    """

    way: str = DELIVER
    name: str = ""
    phone: str = ""
    province: str = ""
    q: str = ""
    commune: str = ""
    street: str = ""
    landmark: str = ""
    note: str = ""
    email: str = ""
    invoice_name: str = ""
    invoice_tax_code: str = ""
    invoice_address: str = ""
    invoice_email: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    found: tuple[CommuneChoice, ...] = ()
    checked: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> "ReceiverForm":
        """What was sent, cleaned, not yet checked."""
        way = form.get("way", DELIVER)
        lines: dict[str, Any] = {name: clean_line(form.get(name, ""))[: LIMITS[name] + 1] for name in LIMITS}
        note = clean_text(form.get("note", ""))[: NOTE_MAX + 1]
        return cls(way=way if way in WAYS else DELIVER, note=note, **lines)

    @classmethod
    def of_typed(cls, typed: Mapping[str, Any]) -> "ReceiverForm":
        """What was kept of this page before, else an empty form."""
        raw = typed.get("receiver")
        form = cls.parse(raw) if isinstance(raw, Mapping) else cls()
        return form.with_communes() if form.q or form.commune else form

    @property
    def raw(self) -> dict[str, str]:
        """For keeping: the fields as typed."""
        return {name: getattr(self, name) for name in ("way", *FIELDS)}

    @property
    def has_invoice(self) -> bool:
        return any(getattr(self, name) for name in INVOICE)

    def with_communes(self) -> "ReceiverForm":
        """The same with what its words may mean, the one that was chosen among them."""
        found = search_communes(self.q, self.province) if self.q else ()
        chosen = find_choice(self.commune, self.province) if self.commune else None
        if chosen is not None and all(each.key != chosen.key for each in found):
            found = (chosen, *found)
        return replace(self, found=found, commune=chosen.key if chosen else "")

    def check(self) -> "ReceiverForm":
        """The same with its errors, or with what was understood."""
        # One that was chosen from the answers is known by its key: its words need not be looked up again.
        is_settled = self.way == PICKUP or (self.commune and find_choice(self.commune, self.province))
        form = self if is_settled else self.with_communes()
        errors = {name: "too_long" for name, most in LIMITS.items() if len(getattr(form, name)) > most}
        if len(form.note) > NOTE_MAX:
            errors["note"] = "too_long"
        checked: dict[str, Any] = {"name": form.name, "note": form.note or None}
        for part in (_person(form), _place(form), _invoice(form)):
            for name, (value, fault) in part.items():
                checked[name] = value
                if fault:
                    errors.setdefault(name, fault)
        return replace(form, errors=errors, checked={} if errors else checked)


Checked = dict[str, tuple[Any, str]]


def _person(form: ReceiverForm) -> Checked:
    phone = vietnamese_phone(form.phone)
    fault = "" if phone else ("not_a_phone" if form.phone else "missing")
    return {
        "name": (form.name, "" if form.name else "missing"),
        "phone": (phone, fault),
        "email": _email(form.email),
    }


def _place(form: ReceiverForm) -> Checked:
    """Codes and names of today. Where it is fetched nothing is asked for, and nothing is kept."""
    nothing: tuple[Any, str] = (None, "")
    if form.way == PICKUP:
        names = ("province_code", "province", "commune_code", "commune", "street", "landmark")
        return dict.fromkeys(names, nothing)
    province = find_province_by_code(form.province, Vintage.SINCE_2025_07)
    choice = _settled(form)
    found: Checked = {
        "province_code": (form.province, ""),
        "province": (province.name if province else None, "" if province else "missing"),
        "commune_code": (choice.commune.code if choice else None, ""),
        "commune": (
            choice.commune.name if choice else None,
            "" if choice or (form.q and not province) else _why_no_commune(form),
        ),
        "street": (form.street, "" if form.street else "missing"),
        "landmark": (form.landmark or None, ""),
    }
    return found


def _settled(form: ReceiverForm) -> CommuneChoice | None:
    """The commune that was chosen; or the only one that the words can mean, if it has that name today."""
    if form.commune:
        return find_choice(form.commune, form.province)
    return form.found[0] if len(form.found) == 1 and form.found[0].old is None else None


def _why_no_commune(form: ReceiverForm) -> str:
    if not form.q:
        return "missing"
    return "choose" if form.found else "unknown"


def _invoice(form: ReceiverForm) -> Checked:
    """The firm to be invoiced: all of it or nothing. Its tax code is checked by its check digits."""
    if not form.has_invoice:
        return {"invoice": (None, "")}
    email, fault = _email(form.invoice_email)
    code = form.invoice_tax_code
    is_code = mst.is_valid(code)
    facts = {
        "name": form.invoice_name,
        "tax_code": mst.format(code) if is_code else code,
        "address": form.invoice_address,
        "email": email or "",
    }
    return {
        "invoice": (facts, ""),
        "invoice_name": (None, "" if form.invoice_name else "missing"),
        "invoice_tax_code": (None, "" if is_code else ("not_a_code" if code else "missing")),
        "invoice_address": (None, "" if form.invoice_address else "missing"),
        "invoice_email": (None, fault),
    }


def _email(text: str) -> tuple[str | None, str]:
    if not text:
        return None, ""
    contact = find_contact(text)
    if contact is None or contact.kind is not ContactKind.EMAIL:
        return None, "not_an_email"
    return contact.value, ""
