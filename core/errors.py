"""The four kinds of error that a person can meet. Packages define their own under these.

Errors carry facts as attributes; `core.web` turns kinds into status codes and templates turn facts into
sentences. Misconfiguration is none of the four: it stops the program.
"""


class AppError(Exception):
    """Root of the tree. Keyword arguments become attributes: `NotFoundError(slug="x").slug == "x"`."""

    def __init__(self, **facts: object) -> None:
        super().__init__(", ".join(f"{name}={value!r}" for name, value in facts.items()))
        self.facts = facts

    def __getattr__(self, name: str) -> object:
        try:
            return self.__dict__["facts"][name]
        except KeyError:
            raise AttributeError(name) from None


class NotFoundError(AppError):
    """No such thing, or not yours to see."""


class ConflictError(AppError):
    """The act contradicts what is already recorded; nothing has changed."""


class InvalidError(AppError):
    """The values handed in cannot be used; nothing has changed."""


class ForbiddenError(AppError):
    """You may not do this."""
