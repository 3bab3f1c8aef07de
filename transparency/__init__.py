"""The public log: LogEntry, the hash tree over all entries, inclusion and consistency proofs.

Entries are only ever added. Leans on `core`; what an entry says is known by the package that appends it.
"""
