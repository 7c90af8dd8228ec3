"""Docstrings and the notebook say what is so."""

import doctest
from pathlib import Path

import nbclient
import nbformat

import nanoadder
import nanoadder.explanation

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_docstrings():
    for module in (nanoadder, nanoadder.explanation):
        found = doctest.testmod(module)
        assert found.attempted > 0 and found.failed == 0, module


def test_notebook():
    notebook = nbformat.read(EXAMPLES / "adders.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
