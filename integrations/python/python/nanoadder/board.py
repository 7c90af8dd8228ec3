"""AdderBoard's interface: `build_model()` and `add(model, a, b)`, for the board's own script.

    NANOADDER_MODEL=gist-58 python verify.py "$(python -m nanoadder.board)"

The model is the one that the environment variable `NANOADDER_MODEL` names, else the default.
"""

from __future__ import annotations

import os
from typing import Any

from nanoadder import Model


def build_model() -> tuple[Model, dict[str, Any]]:
    """The model and its metadata."""
    model = Model.load(os.environ.get("NANOADDER_MODEL", "nanoadder-58"))
    shown, counts = model.show(), model.count()["counts"]
    metadata = {
        "name": model.name,
        "author": ", ".join(shown["authors"]) if shown else "unknown",
        "params": counts["stored"],
        "architecture": shown["title"] if shown else "an ONNX graph",
        "tricks": [f"{rule}: {figure}" for rule, figure in counts.items()],
    }
    return model, metadata


def add(model: Model, a: int, b: int) -> int | None:
    """What the model says to a + b."""
    return model.add(a, b)


if __name__ == "__main__":
    print(__file__)
