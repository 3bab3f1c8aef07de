"""People and what they may do: User, Session, RoleGrant, Membership, AuditEvent, consents, one-time codes, API keys.

Leans on `core` and, for public facts, on `transparency`. A producer is known here by its number only: what a
producer is, the catalogue says.
"""
