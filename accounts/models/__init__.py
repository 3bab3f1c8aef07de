"""Tables of people, one module for each subject. Those that every package meets are also known by `accounts.models`."""

from accounts.models.audit import AuditEvent
from accounts.models.people import MemberRole, Membership, OfficeLevel, Role, RoleGrant, Session, User

__all__ = [
    "AuditEvent",
    "MemberRole",
    "Membership",
    "OfficeLevel",
    "Role",
    "RoleGrant",
    "Session",
    "User",
]
