"""Addresses of the workspace: goods as a file, keys and messages for a producer's own systems."""

from catalog.views.routes import Route
from catalog.views.workspace import keys, sheet, webhooks

ROUTES: tuple[Route, ...] = (
    ("GET", "/<int:producer_id>/sheet", sheet.sheet),
    ("GET", "/<int:producer_id>/sheet/goods.<any(xlsx, csv):kind>", sheet.sheet_file),
    ("POST", "/<int:producer_id>/sheet/exports", sheet.sheet_export),
    ("POST", "/<int:producer_id>/sheet/checks", sheet.sheet_check),
    ("GET", "/<int:producer_id>/sheet/checks/<int:task_id>", sheet.sheet_outcome),
    ("POST", "/<int:producer_id>/sheet/checks/<int:task_id>/application", sheet.sheet_apply),
    ("GET", "/<int:producer_id>/api-keys", keys.api_keys),
    ("POST", "/<int:producer_id>/api-keys", keys.api_key_create),
    ("POST", "/<int:producer_id>/api-keys/<int:key_id>/revocation", keys.api_key_revoke),
    ("GET", "/<int:producer_id>/webhooks", webhooks.webhooks),
    ("POST", "/<int:producer_id>/webhooks", webhooks.webhook_create),
    ("POST", "/<int:producer_id>/webhooks/<int:endpoint_id>/secret", webhooks.webhook_secret),
    ("POST", "/<int:producer_id>/webhooks/<int:endpoint_id>/ping", webhooks.webhook_ping),
    ("POST", "/<int:producer_id>/webhooks/<int:endpoint_id>/activation", webhooks.webhook_activate),
    ("POST", "/<int:producer_id>/webhooks/<int:endpoint_id>/removal", webhooks.webhook_remove),
    ("POST", "/<int:producer_id>/webhooks/deliveries/<int:delivery_id>/replay", webhooks.webhook_replay),
)
