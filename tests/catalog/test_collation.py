"""The Vietnamese order of names."""

import random
import unicodedata

from catalog.collation import collation_key

IN_ORDER = [
    "An", "Án", "Ăn", "Ân", "Ba", "Cá", "Cà phê", "Dưa", "Đậu", "Gạo", "Gạo 5 kg", "Gạo nếp", "Mận", "Ong", "Ốc", "Ớt",
    "Tương", "Ưu",
]  # fmt: skip


def test_letters_with_hook_hat_and_bar_follow_their_bare_ones_and_tones_decide_last():
    shuffled = random.Random(1).sample(IN_ORDER, len(IN_ORDER))

    assert sorted(shuffled, key=collation_key) == IN_ORDER


def test_case_form_and_signs_do_not_matter():
    key = collation_key("Gạo nếp")

    assert collation_key("«GẠO  nếp»") == key
    assert collation_key(unicodedata.normalize("NFD", "Gạo nếp")) == key
