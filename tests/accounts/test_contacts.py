"""What somebody types to be known by."""

import pytest

from accounts.contacts import Contact, ContactKind, contact_of, find_contact


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (" 0912 345 678 ", "+84912345678"),
        ("Lan.Nguyen+cho@Mail.Example.VN", "lan.nguyen+cho@mail.example.vn"),
        ("lan@example", None),
        ("lan@@example.vn", None),
        (".lan@example.vn", None),
        ("lan@-example.vn", None),
        ("lan@example.vn\nbcc: x@y.vn", None),
        ('"lan"@example.vn', None),
        ("lan@[127.0.0.1]", None),
        ("l" * 65 + "@example.vn", None),
        ("lan@" + "a" * 63 + ".vn", "lan@" + "a" * 63 + ".vn"),
        ("lan@" + "a" * 64 + ".vn", None),
        ("lan@" + "abc." * 70 + "vn", None),
        ("a" * 5_000 + "@", None),
        ("lán@example.vn", None),
        ("024 3825 1234", None),
    ],
)
def test_a_contact_has_one_spelling(typed, value):
    found = find_contact(typed)

    assert (found.value if found else None) == value


def test_a_contact_is_shown_whole_to_its_owner_and_masked_to_others():
    phone, email = contact_of("+84912345678"), contact_of("lan@example.vn")

    assert (phone, email) == (
        Contact(ContactKind.PHONE, "+84912345678"),
        Contact(ContactKind.EMAIL, "lan@example.vn"),
    )
    assert (phone.told, phone.masked) == ("0912 345 678", "•••• 678")
    assert (email.told, email.masked) == ("lan@example.vn", "l•••@example.vn")
