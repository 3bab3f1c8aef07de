"""Verbs that change orders. They never commit; who acts and when are arguments."""
