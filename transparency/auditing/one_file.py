"""The parts of the audit put together as one file that runs by itself."""

import ast
from pathlib import Path
from typing import Final

PARTS: Final = ("signatures", "growing_tree", "reading", "rules", "records", "main")
HEAD: Final = '''#!/usr/bin/env python3
"""Checks a public log of origin and certification records from outside: one file, Python 3.11 or later, nothing else.

    python3 audit.py --log https://example.vn                   is it whole, and does the site still say the same?
    python3 audit.py --log https://example.vn --save seen.txt   note down what was seen
    python3 audit.py --log https://example.vn --since seen.txt  and later: was anything of it changed?

It believes nothing that the site says of itself: it fetches every entry, computes every hash anew, verifies signatures
with its own Ed25519, applies its rules, and compares with the records that the site shows today. Each line names what
is wrong. Ends with code 0 if nothing is, 1 if something is, 2 if the log could not be read. `--help` tells the rest.
"""

'''
TAIL: Final = """

if __name__ == "__main__":
    sys.exit(main())
"""


def audit_file() -> str:
    """The whole program, as it is served and kept by whoever checks."""
    folder = Path(__file__).parent
    imports: set[str] = set()
    bodies = []
    for name in PARTS:
        source = (folder / f"{name}.py").read_text(encoding="utf-8")
        bodies.append(f"\n\n# ---- {name.replace('_', ' ')} ----\n\n{_body(source, imports)}")
    plain = sorted(each for each in imports if each.startswith("import "))
    named = sorted(imports.difference(plain))
    return HEAD + "\n".join([*plain, *named]) + "".join(bodies).rstrip() + "\n" + TAIL


def _body(source: str, imports: set[str]) -> str:
    """What follows the imports of a part; those of the standard library go into `imports`."""
    tree = ast.parse(source)
    last = 1
    for node in tree.body[1:]:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            break
        if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("transparency.")):
            imports.add(ast.unparse(node))
        last = node.end_lineno or last
    return "\n".join(source.splitlines()[last:]).strip("\n") + "\n"
