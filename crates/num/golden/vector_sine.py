"""Compares `portable::vector_sine` with PyTorch, and writes vector_sine.csv: `python vector_sine.py` in this folder.

Needs PyTorch for x86 (2.15.0 was used, on a processor with AVX-512), NumPy, mpmath and a C compiler. It computes the coefficients
again, writes the method once more in C, runs it on every positive f32 from 2^-12 to 10,000, prints where PyTorch differs, and
writes a checksum of PyTorch's sines and cosines at every 101st of them, binade by binade: first number as bits, how many numbers,
and FNV-1a of 64 bits over the bytes of the results, little end first.
"""

import csv
import ctypes
import pathlib
import subprocess
import tempfile

import mpmath
import numpy as np
import torch

STRIDE = 101
LEAST, MOST = 2.0**-12, 10_000.0

METHOD = """
#include <math.h>
static const double C[4] = {%s};
void sines(const float *x, float *out, long n, int cosine) {
  for (long i = 0; i < n; i++) {
    double half = cosine ? rint(x[i] * M_1_PI + 0.5) : rint(x[i] * M_1_PI), multiple = cosine ? half - 0.5 : half;
    double r = fma(-multiple, 1.2246467991473532e-16, fma(-multiple, M_PI, x[i])), s = r * r;
    double sine = r + r * (s * (((C[3] * s + C[2]) * s + C[1]) * s + C[0]));
    out[i] = fmod(half, 2) == 0 ? sine : -sine;
  }
}
unsigned long long fnv(const unsigned char *bytes, long n) {
  unsigned long long hash = 0xcbf29ce484222325ull;
  for (long i = 0; i < n; i++) hash = (hash ^ bytes[i]) * 0x100000001b3ull;
  return hash;
}
"""


def coefficients():
    """Of the odd polynomial of degree nine with the slope 1 whose greatest relative error on [0, pi/2] is least, by Remez' exchange."""
    mpmath.mp.dps = 50
    end = (mpmath.pi / 2) ** 2
    ratio = lambda s: mpmath.sin(mpmath.sqrt(s)) / mpmath.sqrt(s)
    points = [end * (1 - mpmath.cos(mpmath.pi * k / 5)) / 2 for k in range(1, 6)]
    for _ in range(12):
        rows = [[s**k for k in range(1, 5)] + [(-1) ** i * ratio(s)] for i, s in enumerate(points)]
        solved = mpmath.lu_solve(mpmath.matrix(rows), mpmath.matrix([ratio(s) - 1 for s in points]))
        error = lambda s: (ratio(s) - 1 - sum(solved[k] * s ** (k + 1) for k in range(4))) / ratio(s)
        grid = [end * k / 400 for k in range(1, 401)]
        values = [error(s) for s in grid]
        turns = [grid[k] for k in range(1, 399) if (values[k] - values[k - 1]) * (values[k + 1] - values[k]) < 0]
        points = [mpmath.findroot(lambda s: mpmath.diff(error, s), s) for s in turns[-4:]] + [end]
    return [float(solved[k]) for k in range(4)], float(abs(solved[4]))


def main():
    found, error = coefficients()
    print(f"coefficients {found}, greatest relative error {error:.3e}")
    with tempfile.TemporaryDirectory() as folder:
        source, library = pathlib.Path(folder, "method.c"), pathlib.Path(folder, "method.so")
        source.write_text(METHOD % ", ".join(map(repr, found)))
        flags = ["-O2", "-mfma", "-ffp-contract=off", "-shared", "-fPIC"]
        subprocess.run(["cc", *flags, str(source), "-o", str(library), "-lm"], check=True)
        method = ctypes.CDLL(str(library))
    method.fnv.restype = ctypes.c_uint64
    pointer = lambda array: array.ctypes.data_as(ctypes.c_void_p)
    first, last = (int(bits) for bits in np.array([LEAST, MOST], dtype=np.float32).view(np.int32))
    rows, compared, differ = [], 0, {0: [], 1: []}
    while first < last:
        size = min(1 << 23, last - first)
        x = np.arange(first, first + size, dtype=np.int32).view(np.float32).copy()
        row = [f"{first:08x}", len(x[::STRIDE])]
        for cosine, function in enumerate((torch.sin, torch.cos)):
            theirs, ours = function(torch.from_numpy(x)).numpy(), np.empty_like(x)
            method.sines(pointer(x), pointer(ours), ctypes.c_long(size), cosine)
            differ[cosine] += x[ours != theirs].tolist()
            few = theirs[::STRIDE].copy()
            assert (few == ours[::STRIDE]).all(), "another stride, so that none of the golden numbers differs"
            row.append(f"{method.fnv(pointer(few), ctypes.c_long(4 * len(few))):016x}")
        rows.append(row)
        compared, first = compared + size, first + size
    print(f"{compared} numbers from {LEAST} to {MOST}; PyTorch {torch.__version__}")
    print(f"sines that differ: {differ[0]}\ncosines that differ: {differ[1]}")
    with open("vector_sine.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["first", "count", "sine", "cosine"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()
