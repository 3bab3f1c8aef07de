"""Reads of the register and the shop window. Nothing here writes; days and instants are handed in.

Whole-catalogue answers (listing, suggestions) come from in-memory columns; pages and cards come from the database as
the frozen records of `view_models`.
"""
