"""Verbs that change what is known of people. They never commit and never read the clock."""
