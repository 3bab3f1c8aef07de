"""Fairs as visitors see them."""
