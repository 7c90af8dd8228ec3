"""Files of pairs as pyarrow writes them, read by the tests of this crate.

Run with pyarrow 26 (`python -m venv v; v/bin/pip install pyarrow==26.*; v/bin/python make.py`) in this folder.
All good files hold the rows (7k mod 128, 3k+1) for k from 0 to 39; `more` ones have other columns around.
"""

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

ROWS = range(40)
A = [7 * k % 128 for k in ROWS]
B = [3 * k + 1 for k in ROWS]


def table(a=pa.uint64(), b=pa.int64(), left=A, right=B):
    return pa.table({"a": pa.array(left, a), "b": pa.array(right, b)})


def more():
    names = ["x", "B", "t", "a", "d", "y"]
    lists = pa.array([[k] * (k % 3) for k in ROWS], pa.list_(pa.int64()))
    texts = pa.array([None if k % 5 == 0 else "text %d" % k for k in ROWS])
    views = pa.array(["a text that is longer than a view %d" % k for k in ROWS], pa.string_view())
    nested = pa.array([{"a": k, "b": "t%d" % k} for k in ROWS])
    union = pa.UnionArray.from_dense(
        pa.array([k % 2 for k in ROWS], pa.int8()),
        pa.array([k // 2 for k in ROWS], pa.int32()),
        [pa.array(range(20)), pa.array(["t"] * 20)],
    )
    dictionary = pa.array(["one", "two"] * 20).dictionary_encode()
    plain = [lists, pa.array(B, pa.int16()), nested, pa.array(A, pa.uint32()), dictionary, texts]
    odd = [views, pa.nulls(40), union, pa.array([k % 2 == 0 for k in ROWS])]
    return pa.table(plain, names=names), pa.table(odd + plain, names=["v", "n", "u", "c"] + names)


def file(name, data, step=16, **options):
    with pa.ipc.new_file(name, data.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(data, max_chunksize=step)


def stream(name, data, step=16, **options):
    with pa.ipc.new_stream(name, data.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(data, max_chunksize=step)


plain, everything = more()
file("plain.arrow", table())
file("small.arrow", table(pa.int8(), pa.uint8()))
file("old.arrow", table(), use_legacy_format=True, metadata_version=pa.ipc.MetadataVersion.V4)
file("lz4.arrow", table(pa.int32(), pa.uint16()), compression="lz4")
file("zstd.arrow", table(), step=40, compression="zstd")
file("more_all.arrow", everything)
file("more_lz4.arrow", everything, compression="lz4")
feather.write_feather(plain, "more_feather.feather")
stream("plain.arrows", table(pa.int64(), pa.int16()))
stream("lz4.arrows", table(), compression="lz4")
stream("more_all.arrows", everything)
stream("old.arrows", table(), use_legacy_format=True)

pq.write_table(table(), "plain.parquet")
pq.write_table(table(pa.int8(), pa.uint8()), "small.parquet", compression="gzip", data_page_version="2.0")
pq.write_table(table(pa.uint16(), pa.uint32()), "lz4.parquet", compression="lz4", row_group_size=9)
pq.write_table(
    table(),
    "delta.parquet",
    compression="none",
    use_dictionary=False,
    column_encoding={"a": "DELTA_BINARY_PACKED", "b": "BYTE_STREAM_SPLIT"},
    version="1.0",
)
pq.write_table(table(), "zstd.parquet", compression="zstd")
pq.write_table(plain, "more.parquet")

null = [None if k == 33 else a for k, a in zip(ROWS, A)]
negative = [-5 if k == 20 else b for k, b in zip(ROWS, B)]
great = [10**10 if k == 39 else a for k, a in zip(ROWS, A)]
for name, data in {
    "null": table(left=null),
    "negative": table(right=negative),
    "great": table(left=great),
    "text": pa.table({"a": A, "b": [str(b) for b in B]}),
    "float": pa.table({"a": [float(a) for a in A], "b": B}),
    "time": pa.table({"a": A, "b": pa.array(B, pa.timestamp("us"))}),
    "missing": pa.table({"a": A, "c": B}),
    "twice": pa.Table.from_arrays([pa.array(A), pa.array(A), pa.array(B)], names=["a", "a", "b"]),
}.items():
    file("bad_%s.arrow" % name, data)
    stream("bad_%s.arrows" % name, data)
    pq.write_table(data, "bad_%s.parquet" % name)
