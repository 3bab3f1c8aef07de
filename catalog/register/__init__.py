"""Reading a register file: rows of text become checked facts and messages. Pure: no database, no clock.

Nouns: Layout, ParsedRow, RowMessage. What is stored of them is decided by `catalog.operations.register_import`.
"""
