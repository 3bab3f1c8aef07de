"""`flask traceability …`: lots, stamps, sheets and recalls, for producers and officers until they can sign in.

Each module adds its commands to the one group.
"""

from traceability.cli import lots, packs, seal_keys, sheets, stamps  # noqa: F401  (they add their commands)
from traceability.cli.group import cli

__all__ = ["cli"]
