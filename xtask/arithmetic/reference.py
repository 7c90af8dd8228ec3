"""Makes the arguments and exact values once, for every runtime: `reference.py FOLDER`. Needs NumPy and mpmath."""

import sys
from pathlib import Path

import numpy as np

import functions


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for kind in functions.TYPES:
        for name in functions.EXACT:
            values = functions.arguments(name, kind)
            high, low = functions.exact(name, kind, values)
            np.savez(folder / f"{name}.{kind}.npz", *values, high=high, low=low)


if __name__ == "__main__":
    main()
