"""Files that people choose in the browser."""

import io

from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload


def photograph(name: str, tone: int) -> FilePayload:
    """A picture as a camera makes it, in colours of its own."""
    picture = Image.new("RGB", (1200, 900), (tone, 120, 255 - tone))
    ImageDraw.Draw(picture).ellipse((200, 150, 1000, 750), fill=(255 - tone, tone, 90))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return {"name": name, "mimeType": "image/jpeg", "buffer": buffer.getvalue()}
