"""Passwords: what is taken, what everybody tries first, and how a hash is kept."""

import unicodedata

import pytest
from argon2.exceptions import VerifyMismatchError

from accounts.common_passwords import common_words, is_common
from accounts.errors import WeakPasswordError
from accounts.hashing import DUMMY_HASH, Hasher, hasher
from accounts.operations.passwords import check_new_password, hash_new_password, is_password_right

LAN = ("Nguyễn Thị Lan", "+84912345678", "lan.nguyen@example.vn")


TRIED_FIRST = """
123456789 12345678 00000000 11111111 aaaaaaaa abababab 12341234 1234554321 qwertyuiop
QWERTY12345 asdfghjkl 1q2w3e4r 1qaz2wsx password Password1 P@ssw0rd P@ssw0rd123 iloveyou
letmein1 welcome2026 admin123 matkhau matkhau1 Matkhau@123 M@tKhau2026! mậtkhẩu123 anhyeuem
AnhYeuEm123 emyeuanh1990 toiyeuvietnam vietnamvodich hanoi1234 saigon2026 nguyenvanan
nguyen123456 tuananh2008 thanhcong68 ocopocop choocop2026 19051990 01/02/1985 1990-05-19
0987654321 zaq12wsx abc12345 a123456789
"""


@pytest.mark.parametrize("password", TRIED_FIRST.split())
def test_what_everybody_tries_first_is_refused(password):
    with pytest.raises(WeakPasswordError) as refused:
        check_new_password(password, LAN)

    assert refused.value.reason in {"common", "too_short"}
    assert is_common(password, LAN)


@pytest.mark.parametrize(
    "password",
    [
        "nguyenthilan",
        "Nguyễn Thị Lan",
        "lan.nguyen@example.vn",
        "0912345678",
        "912345678",
        "84912345678",
        "LanNguyen1!",
    ],
)
def test_ones_own_name_and_number_are_refused(password):
    with pytest.raises(WeakPasswordError) as refused:
        check_new_password(password, LAN)

    assert refused.value.reason == "common"


@pytest.mark.parametrize(
    "password",
    [
        "con trâu đi trước cái cày",
        "xe đạp 41",
        "kX9#mq2L",
        "   đ   ê   m   t   r   ă   n   g",
        "🐃🌾🐃🌾🥥🍯🍵🧂",
        "'; DROP TABLE user_account;--",
        "conmeotreocaycau",
        "correct horse battery staple",
        "x" * 5 + "y" * 5 + "z7",
        "đ" * 3 + "ngựa sắt bay" * 15,
    ],
)
def test_any_characters_make_a_password(password):
    assert check_new_password(password, LAN) is None


def test_the_length_is_counted_in_characters_as_people_see_them():
    decomposed = unicodedata.normalize("NFD", "ếềểễệứừ")
    assert len(decomposed) > 8

    for password, reason in ((decomposed, "too_short"), ("x" * 201, "too_long"), ("", "too_short")):
        with pytest.raises(WeakPasswordError) as refused:
            check_new_password(password, ())
        assert refused.value.reason == reason
    assert check_new_password("đỗ xe ở đâu " * 16, ()) is None  # 192


def test_the_list_knows_thousands():
    assert len(common_words()) >= 4_000
    assert {"matkhau", "123456789", "iloveyou", "anhyeuem", "password"} <= common_words() | {"123456789"}


def test_a_password_is_the_same_however_the_keyboard_composes_it():
    stored = hash_new_password(unicodedata.normalize("NFD", "mưa rào tháng bảy"), ())

    assert is_password_right(stored, unicodedata.normalize("NFC", "mưa rào tháng bảy"))
    assert not is_password_right(stored, "mưa rào tháng bẩy")
    assert not is_password_right(stored, "Mưa rào tháng bảy")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_without_a_stored_hash_the_same_work_is_done_and_the_answer_is_no():
    counting, checked = Hasher(), []

    class Recorder:
        def verify(self, stored, password):
            checked.append(stored)
            raise VerifyMismatchError

    assert counting.is_right("con trâu đi trước cái cày", None) is False
    counting._argon2 = Recorder()
    assert counting.is_right("con trâu đi trước cái cày", None) is False
    assert counting.is_right("con trâu đi trước cái cày", "no hash at all") is False

    assert checked == [DUMMY_HASH, "no hash at all"]
    assert counting.computed == 3
    assert hasher.is_outdated(DUMMY_HASH) is False
    assert hasher.is_outdated(DUMMY_HASH.replace("m=19456", "m=8192")) is True


def test_what_is_longer_than_any_password_is_cut_before_it_is_hashed():
    stored = hash_new_password("mưa rơi 7 " * 20, ())

    assert is_password_right(stored, "mưa rơi 7 " * 20)
    assert not is_password_right(stored, "mưa rơi 7 " * 50_000)
