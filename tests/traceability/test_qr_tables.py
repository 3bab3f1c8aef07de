"""QR codes from tables are those of the encoder, bit for bit."""

import random

import pytest

from core.qr import LEVEL_M, LEVEL_Q, QrMatrix, matrix_of
from tests.traceability.conftest import GTIN
from traceability.digital_link import qr_segments
from traceability.qr_images import qr_matrix, qr_tables
from traceability.qr_tables import QrTables, ShapeTables
from traceability.stamp_codes import ALPHABET, new_codes

SHAPES = {
    "short": "/T/{code}",
    "gtin": f"/01/{GTIN}/10/L2611/21/{{code}}",
    "gtin of odd length": f"/01/{GTIN}/10/L26115/21/{{code}}",
    "percent": f"/01/{GTIN}/10/L%2F26%2D1/21/{{code}}",
    "small letters": f"/01/{GTIN}/10/lo-26/21/{{code}}",
    "sealed": f"/{{seal}}/01/{GTIN}/10/L260115/21/{{code}}",
    "sealed without a gtin": "/{seal}/T/{code}",
}


def packed(url):
    """As the encoder makes it: rows filled up to whole bytes."""
    matrix = qr_matrix(url)
    width = -(-matrix.size // 8)
    return b"".join((row << 8 * width - matrix.size).to_bytes(width, "big") for row in matrix.rows)


def addresses(host, shape, count):
    chance = random.Random(count)
    return [
        f"https://{host}{SHAPES[shape]}".format(
            code=code, seal="0000" + "".join(chance.choices(ALPHABET, k=104))
        )
        for code in new_codes(count)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("host", ["OCOP.VN", "ocop.vn", "cho-ocop.example.vn", "localhost:5000"])
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if not shape.startswith("sealed")])
def test_hundreds_of_codes_are_the_encoders_bit_for_bit(host, shape):
    urls = addresses(host, shape, 300)
    tables = qr_tables(urls[0])

    made = tables.matrices(urls)

    assert [url for url, matrix in zip(urls, made, strict=True) if matrix != packed(url)] == []
    assert tables.matrices(urls) == made
    assert tables.size == qr_matrix(urls[0]).size


@pytest.mark.slow
@pytest.mark.parametrize(
    ("host", "shape", "size"), [("OCOP.VN", "sealed", 45), ("ocop.example.vn", "sealed without a gtin", 41)]
)
def test_a_hundred_sealed_codes_are_the_encoders_bit_for_bit(host, shape, size):
    urls = addresses(host, shape, 100)
    shape_tables = ShapeTables(lambda segments: matrix_of(segments, LEVEL_M))
    varied = qr_segments(urls[0])
    for start in range(0, len(varied[-1]), 2):
        shape_tables.table(varied, start)
    tables = QrTables(shape_tables, urls[0])

    made = tables.matrices(urls)

    assert [url for url, matrix in zip(urls, made, strict=True) if matrix != packed(url)] == []
    assert tables.size == size


def counted():
    """An encoder that counts what it was asked for, and its count."""
    asked = []

    def encoder(segments):
        asked.append(segments)
        return matrix_of(segments, LEVEL_Q)

    return ShapeTables(encoder), asked


def test_one_code_printed_many_times_is_made_once():
    shape_tables, asked = counted()
    tables = QrTables(shape_tables, "https://OCOP.VN/T/7K3QX9M2RVBH8")

    made = tables.matrices(["https://OCOP.VN/T/7K3QX9M2RVBH8"] * 500)

    assert set(made) == {packed("https://OCOP.VN/T/7K3QX9M2RVBH8")}
    assert len(asked) == 1


def test_few_codes_are_made_by_the_encoder_and_many_are_not():
    shape_tables, asked = counted()
    urls = addresses("OCOP.VN", "short", 1000)
    tables = QrTables(shape_tables, urls[0])

    tables.matrices(urls[:20])
    assert len(asked) == 20
    tables.matrices(urls)

    # 7 pieces of 12 samples each, as many codes before learning pays, and few that show the last piece.
    assert len(asked) < 7 * 12 * 2 + 30


def test_a_second_run_of_the_shape_learns_nothing_again():
    shape_tables, asked = counted()
    QrTables(shape_tables, "https://OCOP.VN/T/7K3QX9M2RVBH8").matrices(addresses("OCOP.VN", "short", 500))
    asked.clear()

    urls = addresses("KHAC.VN", "short", 500)
    made = QrTables(shape_tables, urls[0]).matrices(urls)

    assert made == [packed(url) for url in urls]
    assert len(asked) < 10


@pytest.mark.parametrize(
    "other",
    [
        "https://OCOP.VN/T/7K3QX9M2RVBH",
        "https://OCOP.VN/T/7K3QX9M2RVBH88",
        "https://OCAP.VN/T/7K3QX9M2RVBH8",
        "http://OCOP.VN/T/77K3QX9M2RVBH8",
        "https://OCOP.VN/T/7k3QX9M2RVBH8",
        "https://OCOP.VN/T/7K3QX9M2RVBh8",
        "https://OCOP.VN/T/7K3QX9M2RVBH_",
    ],
)
def test_an_address_unlike_the_sample_is_refused(other):
    tables = QrTables(counted()[0], "https://OCOP.VN/T/7K3QX9M2RVBH8")
    tables.matrices(addresses("OCOP.VN", "short", 300))

    with pytest.raises(ValueError, match=r"not like|has not"):
        tables.matrix(other)

    assert tables.matrix("https://OCOP.VN/T/7K3QX9M2RVBH8") == packed("https://OCOP.VN/T/7K3QX9M2RVBH8")


def test_an_address_in_capitals_is_refused_among_those_with_small_letters():
    """Its QR would be read, but it is not the one that the encoder makes."""
    tables = QrTables(counted()[0], f"https://OCOP.VN/01/{GTIN}/10/a/21/7K3QX9M2RVBH8")

    with pytest.raises(ValueError, match="not like"):
        tables.matrix(f"https://OCOP.VN/01/{GTIN}/10/A/21/7K3QX9M2RVBH8")


def test_an_encoder_that_is_not_affine_is_found_out():
    def lying(segments):
        matrix = matrix_of(segments, LEVEL_Q)
        spot = sum(map(ord, segments[-1])) % 3 == 0
        return QrMatrix(matrix.size, (matrix.rows[0] ^ spot, *matrix.rows[1:]))

    urls = addresses("OCOP.VN", "short", 2000)
    shape_tables = ShapeTables(lying)

    tables = QrTables(shape_tables, urls[0])

    with pytest.raises(RuntimeError, match="disagree"):
        tables.matrices(urls)
