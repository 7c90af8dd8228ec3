"""The package as a user meets it."""

import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from copy import deepcopy
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import nanoadder
from nanoadder import Model

RNG = np.random.default_rng(1)


@pytest.fixture(scope="module")
def model():
    return Model.load("nanoadder-58")


def pairs(count):
    return RNG.integers(0, 10**10, (2, count))


def test_ints(model):
    assert model.add(9_999_999_999, 1) == 10_000_000_000
    assert model.add(np.int64(3), 4) == 7
    assert Model.load("gist-58").add(900, 0) == 1400
    assert model.tokens(1, 2)[:2] == [3, 0]


def test_columns(model):
    a, b = pairs(10_007)
    sums = model.add(a, b)
    assert sums.dtype == np.int64 and (sums == a + b).all()
    for threads in (1, 3):
        assert (model.add(a, b, threads=threads) == sums).all()
    assert (model.add(a.astype(np.uint64), b.astype(np.uint64)) == sums).all()
    assert (model.add(a[::2], b[::2]) == sums[::2]).all()
    grid = model.add(a[:3, None], b[:5])
    assert (grid == a[:3, None] + b[:5]).all() and grid.shape == (3, 5)
    assert model.add(a[:4].tolist(), b[:4].tolist()) == (a + b)[:4].tolist()
    assert (model.add(pd.Series(a), pd.Series(b)) == a + b).all()
    assert model.add(np.array([], int), np.array([], int)).shape == (0,)
    assert (model.add(np.array([1, 2], np.int8), 3) == [4, 5]).all()


def test_arrow(model):
    a, b = pairs(100)
    sums = model.add(pa.array(a), pa.chunked_array([b[:60], b[60:]]))
    assert isinstance(sums, pa.Array) and sums.to_pylist() == (a + b).tolist()
    with pytest.raises(ValueError, match="a: expected integers without nulls"):
        model.add(pa.array([1, None]), pa.array([1, 2]))


def test_series(model):
    a, b = pd.Series([5, 6], index=["x", "y"]), pd.Series([7, 8], index=["x", "y"])
    sums = model.add(a, b)
    assert isinstance(sums, pd.Series) and sums.to_dict() == {"x": 12, "y": 14}
    assert model.add(a, 1).to_dict() == {"x": 6, "y": 7}
    assert model.add(np.ma.array([1, 2]), 1).tolist() == [2, 3]
    sums = model.add(pl.Series([5, 6]), pl.Series([7, 8]))
    assert isinstance(sums, pl.Series) and sums.to_list() == [12, 14]
    with pytest.raises(ValueError, match="a: expected integers, found"):
        model.add(pl.Series([Decimal(5)]), 1)
    with pytest.raises(ValueError, match="a: expected integers without nulls"):
        model.add(pl.Series([1, None]), 1)


def test_copies(model):
    for copy in (pickle.loads(pickle.dumps(model)), deepcopy(model)):
        assert (copy.name, copy.text, copy.add(1, 2)) == (model.name, model.text, 3)
    parsed = Model.parse(model.text, "mine")
    assert pickle.loads(pickle.dumps(parsed)).text == model.text


def test_tokens_that_spell_no_number():
    # With this bias the separator is always the greatest.
    text = Model.load("fblissjr-33").text
    broken = Model.parse(text.replace("-81, -2e12]", "-81, 2e12]"), "broken")
    assert broken.add(1, 1) is None
    assert broken.add([1], [1]) == [None]
    assert broken.add(np.array([1]), 1).tolist() == [-1]
    assert broken.add(pa.array([1]), 1).null_count == 1
    assert broken.add(pd.Series([1]), 1).isna().all()
    assert broken.add(pl.Series([1]), 1).to_list() == [None]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.add(10**10, 1), "a: operand 10000000000: expected an integer from 0 to 9999999999"),
        (lambda m: m.add(1, -1), "b: operand -1: expected an integer from 0 to 9999999999"),
        (lambda m: m.add(np.array([1, -5]), 1), "a: operand -5: expected an integer from 0 to"),
        (lambda m: m.add(np.array([1, 10**11]), 1), "operand 100000000000: expected an integer from 0 to"),
        (lambda m: m.add([1, 2], [1, 2, 3]), "expected columns of one length, found shapes"),
        (lambda m: m.add([1.5], [1]), "a: expected integers, found float64"),
        (lambda m: m.add([1], [1], threads=0), "threads: expected at least 1"),
        (lambda m: m.add([1], [1], threads=-1), "threads: expected an integer from 0 to 2^64 - 1, found -1"),
        (lambda m: m.check(pairs=-1), "pairs: expected an integer from 0 to 2^64 - 1, found -1"),
        (lambda m: m.check(seed=1.5), "seed: expected an integer, found float"),
        (lambda m: m.hunt(rounds="3"), "rounds: expected an integer, found str"),
        (lambda m: m.add(True, 1), "a: expected an integer, found bool"),
        (lambda m: m.add(np.array([True, False]), 1), "a: expected integers, found bool"),
        (lambda m: m.add([True, False], 1), "a: expected integers, found bool"),
        (lambda m: m.add(1, [Decimal(1), Decimal(2)]), "b: expected integers, found Decimal"),
        (lambda m: m.add([1, None], 1), "a: expected integers without nulls"),
        (lambda m: m.add([10**30], [1]), "a: operand 1000000000000000000000000000000: expected an integer from 0 to"),
        (lambda m: m.add([[1, 2], [3]], 1), "a: expected integers, setting an array element"),
        (lambda m: m.add(np.ma.array([1, 2], mask=[False, True]), 1), "a: expected integers without nulls"),
        (lambda m: m.add(pa.array([True]), pa.array([1])), "a: expected integers, found bool"),
        (lambda m: m.add(pa.array([Decimal(1)]), pa.array([1])), "a: expected integers, found "),
        (lambda m: m.add(pa.array([1]), pa.array(["1"])), "b: expected integers, found "),
        (lambda m: m.add(pc.run_end_encode(pa.array([1, 1])), pa.array([1, 2])), "a: expected integers, found run_end"),
        (lambda m: m.add(pd.Series([1, 2]), pd.Series([1, 2], index=[1, 0])), "expected series of one index"),
        (lambda m: Model.load("kiguli-7", answer="banana"), "`answer` is for an ONNX graph: `kiguli-7` says by itself"),
        (lambda m: m.prove(sample=-1.0), "sample: expected a number of seconds from 0 on, found -1"),
        (lambda m: Model.load("nosuch"), "no model is named `nosuch`: expected a name"),
        (lambda m: Model.load("nosuch.toml"), "cannot read the model file `nosuch.toml`"),
        (lambda m: Model.parse("name = 3"), "expected"),
    ],
)
def test_what_is_wrong_is_said(model, call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call(model)


def test_no_int(model):
    with pytest.raises(ValueError, match="a: expected integers, found"):
        model.add("1", 2)


def test_reports():
    gist, right = Model.load("gist-58"), Model.load("nanoadder-58")
    assert gist.count()["counts"] == {"stored": 58, "board": 58, "literals": 3, "strict": 61, "description": 129}
    checked = gist.check()
    assert (checked["passed"], checked["total"], checked["qualified"]) == (9203, 10010, False)
    assert "by_position" in gist.check(100, detailed=True)["detailed"]
    assert gist.check(100, seed=7) != gist.check(100, seed=8)
    proof = right.prove()
    assert (proof["verdict"], proof["layer"]) == ("proved", "portable") and proof["min_margin"] > 0
    refuted = gist.prove(rate=True)
    assert (refuted["verdict"], refuted["counterexample"]["a"]) == ("refuted", 900)
    assert refuted["rate"]["lo"] == refuted["rate"]["hi"] == pytest.approx(0.086331334375)
    assert gist.hunt(rounds=1)["counterexample"]["a"] == 900
    assert right.hunt(0.2)["verdict"] == "undecided"
    assert right.show()["name"] == "nanoadder-58"


def test_explanation():
    decode = Model.load("gist-58").explain(9_999_999_999, 0)
    assert not decode.right and decode.sum != 9_999_999_999
    for name, axes in decode.axes.items():
        assert decode[name].ndim == len(axes), name
    weights = decode["attention"]
    assert np.allclose(np.nansum(weights, axis=-1), 1)
    assert (decode["logits"].argmax(axis=-1) == decode["chosen"]).all()
    assert len(decode["margin"]) == len(decode["expected"]) == 11
    assert set(decode) == set(decode.axes) and len(decode) == len(decode.axes)
    assert "wrong" in repr(decode) and "<table>" in decode._repr_html_()
    two = Model.load("bingbangboom-87").explain(5, 7)
    assert two["attention"].shape[1] == 2 and two.right


def test_shows_itself(model):
    assert repr(model) == "Model('nanoadder-58')"
    assert "stored" in model._repr_html_()
    assert (model.dtype, model.greatest) == ("f32", 9_999_999_999)
    assert "nanoadder-58" in nanoadder.names() and nanoadder.names()[0] == "nanoadder-58"


def test_other_threads_run_while_it_adds(model):
    a, b = pairs(2_000_000)
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    start = time.perf_counter()
    for _ in range(5):
        model.add(a, b, threads=1)
    end = time.perf_counter()
    done.set()
    ticker.join()
    assert sum(start < at < end for at in ticks) > 5


def test_interrupt():
    code = "import nanoadder; print('go', flush=True); nanoadder.Model.load('nanoadder-58').hunt(600)"
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.stdout.readline() == "go\n"
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=20)
    assert "KeyboardInterrupt" in err


def test_a_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(Model.load("kiguli-7").text)
    assert Model.load(path).add(5, 7) == 12
