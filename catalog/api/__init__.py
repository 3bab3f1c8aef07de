"""The catalogue for programs: products, producers and their recognitions as JSON under `/api/v1`.

Answers come from the same queries as the pages. `shapes` says what they hold, `serialize` fills it in; other
packages build their own answers from both.
"""
