"""Run, count, check and prove the smallest transformers that add.

    >>> import nanoadder
    >>> model = nanoadder.Model.load("nanoadder-58")
    >>> model.add(9999999999, 1)
    10000000000
    >>> model.prove()["verdict"]
    'proved'

A model is a name of the zoo (`nanoadder.names()`), or a path to a model file, a safetensors file or an ONNX graph.
"""

from importlib.metadata import version

from ._native import names
from .explanation import Explanation
from .model import Model

__all__ = ["Explanation", "Model", "names"]
__version__ = version("nanoadder")
