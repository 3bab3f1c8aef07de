"""Tables of people, one module for each subject. Those that every package meets are also known by `accounts.models`."""

from accounts.models.audit import AuditEvent
from accounts.models.people import MemberRole, Membership, OfficeLevel, Role, RoleGrant, Session, User
from accounts.models.sign_in import Challenge, RecoveryCode, SecondFactor

__all__ = [
    "AuditEvent",
    "Challenge",
    "MemberRole",
    "Membership",
    "OfficeLevel",
    "RecoveryCode",
    "Role",
    "RoleGrant",
    "SecondFactor",
    "Session",
    "User",
]
