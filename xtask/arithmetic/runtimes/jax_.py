"""JAX on the processor, under `jit`; f64 with `jax_enable_x64`."""

import jax
import jax.numpy as jnp
import numpy as np

NAME = "JAX"
jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")


def versions():
    return {"jax": jax.__version__, "jaxlib": jax.lib.__version__}


def _attention(scores):
    """Queries of (1, 0, …), keys of (score, 0, …), values of the identity."""
    rows, n = scores.shape
    query = jnp.zeros((rows, 1, 1, n), scores.dtype).at[..., 0].set(1)
    key = jnp.zeros((rows, n, 1, n), scores.dtype).at[:, :, 0, 0].set(scores)
    value = jnp.broadcast_to(jnp.eye(n, dtype=scores.dtype)[None, :, None], (rows, n, 1, n))
    return jax.nn.dot_product_attention(query, key, value, scale=1.0)[:, 0, 0]


FORMS = {
    "exp": jnp.exp,
    "log": jnp.log,
    "tanh": jnp.tanh,
    "erf": jax.scipy.special.erf,
    "sigmoid": jax.nn.sigmoid,
    "silu": jax.nn.silu,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "gelu-tanh": lambda x: jax.nn.gelu(x, approximate=True),
    "softplus": jax.nn.softplus,
    "sqrt": jnp.sqrt,
    "rsqrt": jax.lax.rsqrt,
    "divide": jnp.divide,
    "softmax": lambda scores: jax.nn.softmax(scores, axis=-1),
    "attention": _attention,
    "sum": lambda x: x.sum(-1),
    "dot": lambda x, y: jnp.einsum("rn,rn->r", x, y),
    "matmul": jnp.matmul,
    "multiply": jnp.multiply,
    "add": jnp.add,
}


def _compiled(function):
    compiled = jax.jit(function)
    return lambda *arrays: np.asarray(compiled(*arrays))


# Constants: in a compiled function an array that is no argument is one, and may be folded.
CONSTANT = {
    "weight": {"array": lambda c: lambda x: x * c, "number": lambda c: lambda x: x * c[0]},
    "divisor": {"array": lambda c: lambda x: x / c, "number": lambda c: lambda x: x / c[0]},
}


def _with_constant(make):
    return lambda x, constant: np.asarray(jax.jit(make(constant))(x))


def operation(name, kind):
    if name in CONSTANT:
        return {form: _with_constant(make) for form, make in CONSTANT[name].items()}
    forms = {"jit": _compiled(FORMS[name])}
    if name == "rsqrt":
        forms["1 / sqrt"] = _compiled(lambda x: 1 / jnp.sqrt(x))
    return forms
