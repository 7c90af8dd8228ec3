"""The runtimes: a module each, with what runs an operation on NumPy arrays.

A module has `NAME`, `versions()` and `operation(name, kind)`: the ways in which that runtime computes an operation in a type,
`{form: function of arrays}`, empty if it has none. The operations are the functions of `functions.EXACT` and

- `softmax`: scores [rows, n] to weights; `attention`: the same by an operator of attention, with a query of one, keys that are
  the scores and values that are the identity;
- `sum`: [rows, n] to [rows]; `dot`: two such to [rows]; `matmul`: [rows, n] and [n, m] to [rows, m];
- `multiply` and `add`, of two inputs; `weight`: an input and a constant of the model, multiplied; `divisor`: an input divided by
  such a constant.
"""

import importlib

ALL = ["pytorch", "onnxruntime", "jax", "numpy", "openvino", "openvino_default", "mlx", "tinygrad"]


def load(key):
    """The module of a runtime."""
    return importlib.import_module(f"runtimes.{key}_")
