"""Reads of trade promotion."""
