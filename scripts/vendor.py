"""Fetch the third-party front-end files again and write their hashes down. Developers only; needs npm.

The shop has no build step: what this script makes is committed, and `tests/test_vendor.py` compares every file with the
table in `static/vendor/README.md`. Run `make vendor` after changing a version below, then look at the difference.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parent.parent
SHOP = ROOT / "static" / "vendor"
TESTS = ROOT / "tests" / "vendor"

SOURCE_SANS = "@fontsource-variable/source-sans-3@5.3.0"
ZXING_WASM = "zxing-wasm@3.1.4"
AXE_CORE = "axe-core@4.14.1"
NOBLE_ED25519 = "@noble/ed25519@3.2.0"
LEAN_QR = "lean-qr@2.7.4"

# The Open Font License reserves the name "Source" for the unmodified fonts, so our cuts bear another.
FAMILY = "Cho Sans"
FONT_ORIGIN = (
    f"{FAMILY}, cut from Source Sans 3 (© 2023 Adobe); renamed because the name «Source» is reserved"
)

# Left out of the web cut: spacing accents, phonetic letters and combining marks. All our text is NFC.
UNUSED_LATIN = frozenset("¤¦¨¬¯¸ıʻʼˆ˚˜\u0300\u0301\u0303\u0304\u0308\u0309\u0323\u0329")
VIETNAMESE = frozenset("ĂăĐđĨĩŨũƠơƯư₫") | {chr(code) for code in range(0x1EA0, 0x1EFA)}
WEB_WEIGHTS = (400, 400, 700)
PRINT_WEIGHTS = {"Regular": 400, "SemiBold": 600}


@dataclass(frozen=True)
class Piece:
    """One file as committed: where, what it is made of, and under which licence."""

    path: Path
    origin: str
    licence: str


def main() -> None:
    """Fetch the packages, lay their pieces out, and write both tables."""
    with tempfile.TemporaryDirectory() as folder:
        fonts = fetch(SOURCE_SANS, Path(folder))
        zxing = fetch(ZXING_WASM, Path(folder))
        noble = fetch(NOBLE_ED25519, Path(folder))
        lean = fetch(LEAN_QR, Path(folder))
        axe = fetch(AXE_CORE, Path(folder))
        pieces = [*lay_fonts(fonts), *lay_zxing(zxing), *lay_noble(noble), *lay_lean_qr(lean)]
        write_table(SHOP, "What browsers and labels get from others", pieces)
        write_table(TESTS, "What only the tests use of others", lay_axe(axe))


def fetch(package: str, folder: Path) -> Path:
    """Unpack `package` ("name@version") as npm serves it; the folder of its files."""
    answer = subprocess.run(
        ["npm", "pack", "--silent", "--json", package], cwd=folder, check=True, capture_output=True, text=True
    )
    packed = json.loads(answer.stdout)
    entry = packed[0] if isinstance(packed, list) else next(iter(packed.values()))
    target = folder / re.sub(r"\W", "-", package)
    with tarfile.open(folder / entry["filename"]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def lay_fonts(package: Path) -> Iterable[Piece]:
    """Two variable web subsets (weights 400 to 700) and one static file per weight for PDFs."""
    target = SHOP / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    files = {
        name: package / "files" / f"source-sans-3-{name}-wght-normal.woff2"
        for name in ("latin", "vietnamese")
    }
    latin = {chr(code) for code in TTFont(files["latin"]).getBestCmap()} - UNUSED_LATIN
    origin = f"{FONT_ORIGIN}; npm {SOURCE_SANS}"
    for name, characters in (("latin", latin), ("vietnamese", VIETNAMESE)):
        path = target / f"cho-sans-{name}.woff2"
        save(web_cut(files[name], characters), path, flavor="woff2")
        yield Piece(path, f"{origin}; `unicode-range: {unicode_range(characters)}`", "OFL-1.1")
    for style, weight in PRINT_WEIGHTS.items():
        path = target / f"ChoSans-{style}.ttf"
        save(print_cut(list(files.values()), weight, style), path, flavor=None)
        yield Piece(path, f"{origin}; latin and vietnamese merged at weight {weight}", "OFL-1.1")
    yield copied(package / "LICENSE", target / "OFL.txt", f"licence of {SOURCE_SANS}", "OFL-1.1")


def web_cut(file: Path, characters: Iterable[str]) -> TTFont:
    """`file` with `characters` only, kerning kept, weights 400 to 700."""
    font = reduced(TTFont(file), characters, features=["kern"])
    font = instancer.instantiateVariableFont(font, {"wght": WEB_WEIGHTS})
    return renamed(font, "Variable")


def print_cut(files: Iterable[Path], weight: int, style: str) -> TTFont:
    """One static font of all `files` at `weight`. A PDF library places glyphs itself and reads no layout tables."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for number, file in enumerate(files):
            font = reduced(TTFont(file), map(chr, TTFont(file).getBestCmap()), features=[])
            font = instancer.instantiateVariableFont(font, {"wght": weight})
            for table in ("GSUB", "GPOS", "GDEF", "BASE", "STAT"):
                if table in font:
                    del font[table]
            part = Path(folder) / f"{number}.ttf"
            save(font, part, flavor=None)
            parts.append(str(part))
        merged = Merger().merge(parts)
        merged["head"].created = TTFont(parts[0])["head"].created  # the merger puts the time of day there
        return renamed(merged, style)


def reduced(font: TTFont, characters: Iterable[str], *, features: list[str]) -> TTFont:
    """`font` with the glyphs of `characters` and the layout `features` only, without hints."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = features
    options.name_IDs = ["*"]
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(map(ord, characters)))
    cutter.subset(font)
    # The instancer trips over glyphs that the subsetter dropped unless the font is read anew.
    buffer = BytesIO()
    font.flavor = None
    font.save(buffer)
    buffer.seek(0)
    return TTFont(buffer, recalcTimestamp=False)


def renamed(font: TTFont, style: str) -> TTFont:
    """`font` under our family name; copyright, version and licence entries stay as they were."""
    names = font["name"]
    for name_id in (16, 17, 25):
        names.removeNames(nameID=name_id)
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    for name_id, text in (
        (1, FAMILY),
        (2, style),
        (3, postscript),
        (4, f"{FAMILY} {style}"),
        (6, postscript),
    ):
        names.removeNames(nameID=name_id)
        names.setName(text, name_id, 3, 1, 0x409)
    return font


def save(font: TTFont, path: Path, *, flavor: str | None) -> None:
    """Write `font`; the same input gives the same bytes."""
    font.recalcTimestamp = False
    font["head"].modified = font["head"].created
    font.flavor = flavor
    font.save(path)


def unicode_range(characters: Iterable[str]) -> str:
    """`characters` as CSS ranges: "U+20-7E, U+A0-A3"."""
    runs: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ", ".join(f"U+{low:X}" if low == high else f"U+{low:X}-{high:X}" for low, high in runs)


def lay_zxing(package: Path) -> Iterable[Piece]:
    """The reader as ES modules and its WebAssembly; `locateFile` must point to our copy."""
    dist = package / "dist"
    target = SHOP / "zxing-wasm"
    origin = f"npm {ZXING_WASM}"
    yield copied(dist / "es" / "reader" / "index.js", target / "reader" / "index.js", origin, "MIT")
    yield copied(dist / "es" / "share.js", target / "share.js", origin, "MIT")
    wasm = "zxing_reader.wasm"
    yield copied(dist / "reader" / wasm, target / wasm, origin, "MIT; contains zxing-cpp, Apache-2.0")
    yield copied(package / "LICENSE", target / "LICENSE", f"licence of {ZXING_WASM}", "MIT")


def lay_noble(package: Path) -> Iterable[Piece]:
    """Signatures of Ed25519 for browsers that have none of their own; as published, it imports nothing."""
    target = SHOP / "noble-ed25519"
    origin = f"npm {NOBLE_ED25519}"
    yield copied(package / "index.js", target / "index.js", origin, "MIT")
    yield copied(package / "LICENSE", target / "LICENSE", f"licence of {NOBLE_ED25519}", "MIT")


def lay_lean_qr(package: Path) -> Iterable[Piece]:
    """QR codes that the counter of a booth draws without a network; as published, it imports nothing."""
    target = SHOP / "lean-qr"
    origin = f"npm {LEAN_QR}"
    yield copied(package / "index.mjs", target / "index.js", origin, "MIT")
    yield copied(package / "LICENSE", target / "LICENSE", f"licence of {LEAN_QR}", "MIT")


def lay_axe(package: Path) -> Iterable[Piece]:
    """The accessibility checker that browser tests inject into pages."""
    target = TESTS / "axe-core"
    yield copied(package / "axe.min.js", target / "axe.min.js", f"npm {AXE_CORE}", "MPL-2.0")
    yield copied(package / "LICENSE", target / "LICENSE", f"licence of {AXE_CORE}", "MPL-2.0")
    notices = "LICENSE-3RD-PARTY.txt"
    yield copied(package / notices, target / notices, f"notices of {AXE_CORE}", "various, inside")


def copied(source: Path, target: Path, origin: str, licence: str) -> Piece:
    """Copy one file as it is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return Piece(target, origin, licence)


def write_table(folder: Path, title: str, pieces: Iterable[Piece]) -> None:
    """Write `folder`/README.md: every file with its origin, licence and SHA-256."""
    lines = [
        f"# {title}",
        "",
        "Written by `make vendor`; do not edit by hand. `tests/test_vendor.py` compares the hashes.",
        "",
        "| file | origin | licence | SHA-256 |",
        "|---|---|---|---|",
    ]
    for piece in pieces:
        digest = hashlib.sha256(piece.path.read_bytes()).hexdigest()
        name = piece.path.relative_to(folder).as_posix()
        lines.append(f"| `{name}` | {piece.origin} | {piece.licence} | `{digest}` |")
    (folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
