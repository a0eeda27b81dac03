"""Takes the pictures in docs/images from the playground itself: `python docs/screenshots.py`.

Needs chromium and chromium-driver. Where the font Inter is installed it stands in for the fonts
of a desktop, which machines without a screen do not have.
"""

from __future__ import annotations

import base64
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs/images"
LARGEST = 200_000

sys.path.insert(0, str(ROOT / "tests/end_to_end"))

from webdriver import ENTER, Chromium, chromium, missing, playground  # noqa: E402

_STAND_IN = """
  <match target="pattern">
    <test name="family"><string>{}</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit>
  </match>"""

FONTS = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  {"".join(map(_STAND_IN.format, ("system-ui", "sans", "sans-serif")))}
</fontconfig>
"""


def main() -> None:
    lacks = missing()
    if lacks is not None:
        sys.exit(lacks)
    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(FONTS, "utf-8")
        with (
            playground(Path(folder) / "home") as address,
            chromium(environment={"FONTCONFIG_FILE": str(fonts)}) as browser,
        ):
            for name in pictures(browser, address):
                browser.run("document.activeElement.blur()")
                save(browser, IMAGES / f"{name}.png")


def pictures(browser: Chromium, address: str) -> Iterator[str]:
    """Set up one scene after the other, each under the name of its file."""
    browser.look(width=1280, height=860)
    browser.open(address)
    yield "start"
    ask(browser, "Can I put a CRM export into ChatGPT?")
    browser.click(".turn:last-child .why summary")
    browser.run("document.querySelector('.turn').scrollIntoView()")
    yield "answer"
    browser.open(f"{address}/tools?data=personal.customer")
    yield "tools"
    browser.look(width=390, height=844, dark=True)
    browser.open(address)
    browser.click("[popovertarget=people]")
    browser.click("button[value=felix]")
    browser.until(lambda: browser.count("#became"))
    ask(browser, "hey, am I ok to use chatgtp for newsletter subject lines?")
    yield "phone"


def ask(browser: Chromium, question: str) -> None:
    before = browser.count(".turn")
    browser.write("#text", question + ENTER)
    browser.until(lambda: browser.count(".turn") > before)
    browser.until(lambda: browser.count("#pending[hidden]"))


def save(browser: Chromium, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    taken = browser.cdp("Page.captureScreenshot", format="png")
    path.write_bytes(without_extras(base64.b64decode(taken["data"])))
    optimiser = shutil.which("oxipng") or shutil.which("optipng")
    if optimiser is not None:
        subprocess.run([optimiser, "-quiet", str(path)], check=False)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size // 1000} kB")
    if size >= LARGEST:
        sys.exit(f"{path.name} is larger than {LARGEST // 1000} kB.")


def without_extras(png: bytes) -> bytes:
    """Keep the picture and nothing else of a PNG, packed as tightly as zlib can."""
    kept, pixels, at = [], b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == b"IDAT":
            pixels += data
        elif kind == b"IHDR":
            kept.append((kind, data))
        at += length + 12
    kept += [(b"IDAT", zlib.compress(zlib.decompress(pixels), 9)), (b"IEND", b"")]
    return png[:8] + b"".join(chunk(kind, data) for kind, data in kept)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    main()
