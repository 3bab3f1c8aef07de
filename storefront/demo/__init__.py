"""The demonstration: fictional producers, goods, recognitions, lots and stamps, beside the real register.

Nouns: ProducerPlan and its parts (read from `data/*.toml`), Paper, Sample. All days in the plans are counted from the
day of the build, so that every state of a recognition and every verdict of a stamp is there on that day. Built by
calling the operations of `catalog` and `traceability`, like any other data.
"""
