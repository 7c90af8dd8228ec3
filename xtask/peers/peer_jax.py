"""JAX: the whole decode under jit, batched and one by one. `bench.py` starts it, once strict and once with XLA's fast math.

XLA is asked for 512-bit vectors, which it does not use by itself. On all cores the batch is sharded over one CPU device for each
core, because XLA's own threads find little to share in operations this small.
"""

import argparse
import os

import numpy as np

from decode import Decode
from workload import PAIRS, Workload, note, pin, report

CHUNK = 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--fast-math", action="store_true")
    args = parser.parse_args()
    threads, flags = args.threads, ["--xla_cpu_prefer_vector_width=512"]
    if threads == 1:
        flags.append("--xla_cpu_multi_thread_eigen=false")
    if args.fast_math:
        flags.append("--xla_cpu_enable_fast_math=true")
    os.environ["XLA_FLAGS"] = " ".join(flags)
    os.environ["JAX_PLATFORMS"] = "cpu"
    pin(threads)
    # Only now, because XLA reads its flags and counts its cores when it is loaded.
    import jax
    import jax.numpy as jnp
    from jax.sharding import NamedSharding, PartitionSpec

    class Ops:
        """What `Decode` needs of JAX."""

        cat, einsum, exp, maximum, argmax = jnp.concatenate, jnp.einsum, jnp.exp, jnp.maximum, jnp.argmax
        relu, keep = jax.nn.relu, jax.lax.optimization_barrier

        @staticmethod
        def take(table, tokens):
            return jnp.asarray(table).at[tokens].get(mode="promise_in_bounds")

        @staticmethod
        def take_columns(table, tokens):
            return jnp.take(table.T, tokens, axis=1, mode="clip")

        @staticmethod
        def last(x):
            return x.transpose(0, 2, 3, 1)

        @staticmethod
        def greatest(x):
            return x.max(-1, keepdims=True)

        @staticmethod
        def stack(parts):
            return jnp.stack(parts, 1).astype(jnp.int32)

    jax.config.update("jax_num_cpu_devices", threads)
    work = Workload(args.model, args.seconds)
    if work.model.spec["dtype"] == "f64":
        jax.config.update("jax_enable_x64", True)
    # NumPy arrays are constants of the program, so XLA may fold whatever it finds in them.
    decode = Decode(work.model, Ops, lambda tensor: tensor.numpy())
    version, math = jax.__version__, ", fast math" if args.fast_math else ""

    def in_chunks(function, size):
        """A function of a batch that runs as one loop over chunks, inside the program."""

        def run(tokens):
            chunks = tokens.reshape(-1, size, tokens.shape[1])
            return jax.lax.map(function, chunks).reshape(tokens.shape[0], -1)

        return run

    def put(tokens):
        return jnp.asarray(tokens, dtype=jnp.int32)

    def measure(how, batch, put, function):
        note(f"JAX, batched, {threads} threads, {how}{math}")
        measured = work.batched(batch, put, jax.jit(function), jax.block_until_ready)
        report("JAX jit", version, "batched", f"KV cache, {how}{math}", threads, batch, measured)

    if threads == 1:
        measure("rows", CHUNK, put, decode.rows)
        measure("columns", CHUNK, put, decode.columns)
        note("JAX, one by one")
        measured = work.one_by_one(lambda tokens: tokens.astype(np.int32), jax.jit(decode.columns))
        report("JAX jit", version, "one by one", f"KV cache, columns, a call each{math}", 1, 1, measured)
        measured = work.batched(CHUNK, put, jax.jit(in_chunks(decode.columns, 1)), jax.block_until_ready)
        report("JAX jit", version, "one by one", f"KV cache, columns, one after the other inside jit{math}", 1, 1, measured)
        return
    if not args.fast_math:
        measure("rows, XLA's threads", PAIRS, put, decode.rows)
    chunks = -(-PAIRS // (threads * CHUNK))
    size = -(-PAIRS // (threads * chunks))
    mesh = jax.make_mesh((threads,), ("batch",))
    spec = PartitionSpec("batch")
    shard = jax.shard_map(in_chunks(decode.columns, size), mesh=mesh, in_specs=spec, out_specs=spec)

    def spread(tokens):
        """The batch over the devices, filled up with its first prompts to a whole number of chunks."""
        filled = np.resize(tokens, (threads * chunks * size, tokens.shape[1])).astype(np.int32)
        return jax.device_put(filled, NamedSharding(mesh, spec))

    measure(f"columns, {threads} devices", PAIRS, spread, lambda tokens: shard(tokens)[:PAIRS])


if __name__ == "__main__":
    main()
