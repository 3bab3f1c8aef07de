"""The edge of every package: who may come in, what headers go out, what an error looks like to a person.

Leans on `core.config`, `core.errors`, `core.i18n` and `core.logs`. This package alone turns kinds of error
into HTTP.
"""
