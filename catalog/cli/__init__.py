"""`flask catalog …`: what officers and producers do until they can sign in, and the search index.

Each module adds its commands to the one group.
"""

from catalog.cli import certificates, index, recognitions, register, shop  # noqa: F401  (they add their commands)
from catalog.cli.group import cli

__all__ = ["cli"]
