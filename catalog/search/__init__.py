"""The only door to Whoosh: an index of searched texts on disk, built whole, read as sets of documents.

A finished index is never changed. A new one is built in a folder of its own and a pointer is moved to it, so that
readers never meet half an index and a builder that is killed leaves nothing but a folder to sweep. What changed since
is matched in memory by `catalog.queries.text_matches`. Leans on `catalog.searched_texts` only.
"""
