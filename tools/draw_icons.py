"""Renders every brand's icon from definition/icons/drawing.svg. Development only: needs rsvg-convert and
Pillow; the PNG files are committed, and `connkit build` checks them.

    python tools/draw_icons.py
"""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import yaml
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent / "definition"


def main() -> None:
    drawing = (ROOT / "icons" / "drawing.svg").read_text("utf-8")
    for path in sorted((ROOT / "brands").glob("*.yaml")):
        brand = yaml.safe_load(path.read_text("utf-8"))
        svg = drawing.replace("BRAND", brand["color"]).encode()
        png = subprocess.run(["rsvg-convert"], input=svg, stdout=subprocess.PIPE, check=True).stdout
        Image.open(io.BytesIO(png)).convert("RGB").save(ROOT / brand["icon"], optimize=True)


if __name__ == "__main__":
    main()
