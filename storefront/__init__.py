"""The shopper's pages, in Vietnamese and English, and the table of contents of the whole program (`app`).

Stands on top of everything: leans on `traceability`, `catalog` and `core`, and nothing leans on it.
"""
