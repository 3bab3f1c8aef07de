"""Reads of lots, stamps and looks. Nothing here writes; days and instants are handed in."""
