"""Which requests for a stamp's page are looks of a person, from their headers alone.

Not looks: HEAD, pages fetched ahead by a browser, and the agents with which messengers and networks draw a preview
of a link that somebody sent. The issuer's own test goes by command (`flask traceability check-stamp`), which records
nothing. Source: the trace page's specification (docs/stamps.md#looks).
"""

import re
from collections.abc import Mapping
from typing import Final

PREFETCH_HEADERS: Final = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ", "HTTP_X_PURPOSE")
"""Sec-Purpose: Fetch Metadata (W3C); the others are what browsers sent before it."""

_AHEAD: Final = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)

# A messenger's own browser names it too («Mozilla/5.0 … Zalo iOS/…», «… FBAV/…») and is a person: only fetchers of
# previews are left out. «CUBOT» is a make of telephones.
_PREVIEW_AGENT: Final = re.compile(
    r"(?<!cu)bot\b|crawler|spider|preview|externalhit|facebookcatalog|facebot|meta-external|^zalo|compatible; ?zalo"
    r"|whatsapp/|slack-imgproxy|viber|line-poker|pinterest/0|embedly|iframely|vkshare|mattermost|ms-office"
    r"|google-inspectiontool|pingdom|uptime",
    re.IGNORECASE,
)


def is_look(method: str, environ: Mapping[str, object]) -> bool:
    """Whether this request is a look. environ: of WSGI, where headers are HTTP_ names."""
    if method != "GET":
        return False
    if any(_AHEAD.search(str(environ.get(name, ""))) for name in PREFETCH_HEADERS):
        return False
    return not _PREVIEW_AGENT.search(str(environ.get("HTTP_USER_AGENT", "")))
