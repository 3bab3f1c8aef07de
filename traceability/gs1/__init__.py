"""The syntax of GS1 as pure functions: element strings, scanned data, Digital Links and documents of links.

Nouns: identifier (Application Identifier), element (identifier with its value), linter, link type, linkset. Leans on
nothing but the tables in `data`.
"""
