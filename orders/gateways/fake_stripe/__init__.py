"""An imitation of Stripe for development and tests: sessions with a page to pay on, refunds, signed notices,
and every misfortune on demand. It leans on nothing of orders; `flask fake-stripe` serves it, production refuses to.

Made after Stripe's API reference and the library's own types (version 2026-10-28.endive), never compared with the
real service: docs/cards.md says what was not checked.
"""
