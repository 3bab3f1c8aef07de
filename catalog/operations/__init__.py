"""Verbs that change the register and the shop window.

They take plain facts (`catalog.facts`) and rows, say who is meant and when by arguments, never commit and never
read the clock. Repeating one with the same facts changes nothing; contradicting what is recorded is refused.
"""
