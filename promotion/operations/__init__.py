"""Verbs of trade promotion; none of them commits."""
