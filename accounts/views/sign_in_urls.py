"""Which address leads to which page of signing in, signing up and security."""

from collections.abc import Callable
from typing import Any, Final

from accounts.views import code, confirm, enrolment, reset, second_factor, security, sign_in, sign_up

ROUTES: Final[tuple[tuple[str, str, Callable[..., Any]], ...]] = (
    ("GET", "/sign-in", sign_in.sign_in),
    ("POST", "/sign-in", sign_in.sign_in_create),
    ("GET", "/sign-out", sign_in.sign_out),
    ("POST", "/sign-out", sign_in.sign_out_create),
    ("GET", "/sign-up", sign_up.sign_up),
    ("POST", "/sign-up", sign_up.sign_up_create),
    ("GET", "/sign-up/account", sign_up.new_account),
    ("POST", "/sign-up/account", sign_up.new_account_create),
    ("GET", "/sign-in/code", code.code),
    ("POST", "/sign-in/code", code.code_create),
    ("POST", "/sign-in/code/messages", code.message_create),
    ("GET", "/sign-in/second-factor", second_factor.second_factor),
    ("POST", "/sign-in/second-factor", second_factor.second_factor_create),
    ("GET", "/sign-in/second-proof", second_factor.second_proof),
    ("POST", "/sign-in/second-proof", second_factor.second_proof_create),
    ("GET", "/sign-in/confirm", confirm.confirm),
    ("POST", "/sign-in/confirm", confirm.confirm_create),
    ("GET", "/sign-in/forgotten", reset.forgotten),
    ("POST", "/sign-in/forgotten", reset.forgotten_create),
    ("GET", "/sign-in/new-password", reset.new_password),
    ("POST", "/sign-in/new-password", reset.new_password_create),
    ("GET", "/account/security", security.security),
    ("GET", "/account/security/password", security.password),
    ("POST", "/account/security/password", security.password_create),
    ("GET", "/account/security/contacts/<kind>", security.contact),
    ("POST", "/account/security/contacts/<kind>", security.contact_create),
    ("POST", "/account/security/sessions/<int:session_id>/end", security.session_end),
    ("POST", "/account/security/other-sessions/end", security.other_sessions_end),
    ("GET", "/account/security/second-factor", enrolment.enrolment),
    ("POST", "/account/security/second-factor", enrolment.enrolment_create),
    ("GET", "/account/security/second-factor/off", enrolment.second_factor_off),
    ("POST", "/account/security/second-factor/off", enrolment.second_factor_off_create),
    ("POST", "/account/security/recovery-codes", enrolment.recovery_codes_create),
)
