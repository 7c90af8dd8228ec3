"""AdderBoard's interface, used as its script uses it: the file is imported by its path."""

import importlib.util

from nanoadder import board


def test_the_board_reads_it(monkeypatch):
    for name, params, wrong in (("nanoadder-58", 58, False), ("gist-58", 58, True)):
        monkeypatch.setenv("NANOADDER_MODEL", name)
        spec = importlib.util.spec_from_file_location("submission", board.__file__)
        submission = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(submission)
        model, metadata = submission.build_model()
        assert metadata["params"] == params and metadata["name"] == name
        assert set(metadata) == {"name", "author", "params", "architecture", "tricks"}
        assert (submission.add(model, 900, 0) != 900) == wrong
        assert submission.add(model, 0, 0) == 0
