"""What a photograph of a telephone costs: CPU and memory of the process that draws it anew."""

import io
import json
import os
import resource
import subprocess
import sys
from typing import Final

from PIL import Image, ImageFilter

from bench.server import ROOT

SIZES: Final = {"12_megapixel": (4000, 3000), "shrunk_on_the_phone": (1600, 1200)}


def main() -> None:
    for name, size in SIZES.items():
        cpu_ms, peak_mib = cost(photograph(*size))
        print(json.dumps({"name": f"photograph_{name}_cpu", "value": round(cpu_ms), "unit": "ms"}))
        print(json.dumps({"name": f"photograph_{name}_memory", "value": round(peak_mib), "unit": "MiB"}))


def photograph(width: int, height: int) -> bytes:
    """A JPEG as heavy to pack as a photograph: soft forms with a little grain, different each time."""
    soft = Image.frombytes("RGB", (1000, 750), os.urandom(1000 * 750 * 3)).filter(ImageFilter.GaussianBlur(3))
    grain = Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))
    buffer = io.BytesIO()
    Image.blend(soft.resize((width, height)), grain, 0.04).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def cost(content: bytes) -> tuple[float, float]:
    """CPU time in milliseconds and the most memory in MiB of one drawing, its start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "core.media.worker"],
        input=json.dumps({"do": "pictures", "media_type": "image/jpeg"}).encode() + b"\n" + content,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    end = json.loads(done.stdout[done.stdout.rindex(b'{"is_end"') :])
    return seconds * 1000, end["peak_kib"] / 1024


if __name__ == "__main__":
    main()
