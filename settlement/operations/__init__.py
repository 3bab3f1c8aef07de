"""Verbs that settle. They never commit; who acts and when are arguments."""
