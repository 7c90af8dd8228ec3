"""The whole decode with a KV cache, written once for JAX and PyTorch, in two layouts.

`rows` is the textbook: the batch first, matrix products and einsums. `columns` keeps the batch last, so that every operation
is element by element over the batch and a compiler can fuse and vectorise it; sums over the few features and positions are
written out. Both are the generic model of xtask/parity/model.py: any shape, number of layers and weights that it reads,
nothing known of what a weight's value is, and scores and softmax computed from the tokens at every step. All lengths are static.
"""

from functools import reduce
from operator import add


class Decode:
    """A model's decode over the arrays of one library, whose functions are in `ops`.

    `keep` of `ops` marks an array that is better stored than computed again for each use; XLA needs the hint.
    """

    def __init__(self, model, ops, convert):
        norms = "norm" in model.spec or any({"attention_norm", "mlp_norm"} & layer.keys() for layer in model.spec["layer"])
        activations = {layer["activation"] for layer in model.layers} - {None, "relu"}
        if norms or activations or "end" in model.spec["task"]:
            raise ValueError(f"{model.name}: norms, activations but relu and end tokens are not compared so far")
        self.ops, self.heads, self.kv_heads = ops, model.heads, model.kv_heads
        self.head_width, self.value_width, self.steps = model.head_width, model.value_width, model.answer_length()

        def mapping(value):
            factors, bias = value
            return [convert(factor) for factor in factors], None if bias is None else convert(bias)

        self.embed = convert(model.embed)
        self.position = None if model.position is None else convert(model.position)
        self.layers = [
            {name: mapping(value) if isinstance(value, tuple) else value for name, value in layer.items()}
            for layer in model.layers
        ]
        self.head = mapping(model.head)

    def _generate(self, tokens, axis, forward):
        """Greedy decoding; `forward` takes new tokens, where they start and the caches, and gives logits along `axis`."""
        caches, start, answer = [[] for _ in self.layers], 0, []
        for _ in range(self.steps):
            logits = forward(tokens, start, caches)
            start += tokens.shape[axis]
            answer.append(self.ops.argmax(logits, axis))
            tokens = answer[-1][None] if axis == 0 else answer[-1][:, None]
        return answer

    # Batch first

    def rows(self, tokens):
        """Answers [batch, steps] for prompts [batch, length]."""
        return self.ops.stack(self._generate(tokens, 1, self._rows_forward))

    @staticmethod
    def _rows_linear(x, mapping):
        factors, bias = mapping
        for factor in reversed(factors):
            x = x @ factor.T
        return x if bias is None else x + bias

    def _rows_forward(self, tokens, start, caches):
        linear, length = self._rows_linear, tokens.shape[1]
        x = self.ops.take(self.embed, tokens)  # [batch, length, width]
        if self.position is not None:
            x = x + self.position[start : start + length]
        for index, (layer, cache) in enumerate(zip(self.layers, caches)):
            key = self.ops.last(linear(x, layer["key"]).reshape(-1, length, self.kv_heads, self.head_width))
            value = self.ops.last(linear(x, layer["value"]).reshape(-1, length, self.kv_heads, self.value_width))
            cache[:] = [self.ops.cat(pair, 3) for pair in zip(cache, (key, value))] if cache else [key, value]
            if index == len(self.layers) - 1:
                x = x[:, -1:]  # Nobody reads the other positions of the last layer.
            before = start + length - x.shape[1]
            mixed = [self._rows_attend(x[:, i], before + i + 1, layer, cache) for i in range(x.shape[1])]
            x = x + linear(mixed[0] if len(mixed) == 1 else self.ops.cat(mixed, 1), layer["output"])
            if layer["up"]:
                x = x + linear(self.ops.relu(linear(x, layer["up"])), layer["down"])
        return linear(x[:, -1], self.head)

    def _rows_attend(self, x, seen, layer, cache):
        """What the heads mix for the position of `x`, which sees `seen` positions: [batch, 1, heads · value width]."""
        groups = self.heads // self.kv_heads
        key, value = (part[:, :, :, :seen] for part in cache)  # [batch, kv heads, width, seen]
        query = self._rows_linear(x, layer["query"]).reshape(-1, self.kv_heads, groups, self.head_width)
        score = self.ops.einsum("bhgd,bhdk->bhgk", query, key) * layer["scale"]
        weight = self.ops.exp(score - self.ops.greatest(score))
        mixed = self.ops.einsum("bhgk,bhdk->bhgd", weight, value) / weight.sum(-1)[..., None]
        return mixed.reshape(-1, 1, self.heads * self.value_width)

    # Batch last

    def columns(self, tokens):
        """Answers [batch, steps] for prompts [batch, length]."""
        return self.ops.stack(self._generate(tokens.T, 0, self._columns_forward))

    @staticmethod
    def _columns_linear(x, mapping):
        factors, bias = mapping
        ones = (1,) * (len(x.shape) - 1)
        for factor in reversed(factors):
            x = reduce(add, (factor[:, i].reshape(-1, *ones) * x[i][None] for i in range(factor.shape[1])))
        return x if bias is None else x + bias.reshape(-1, *ones)

    def _columns_forward(self, tokens, start, caches):
        linear, length = self._columns_linear, tokens.shape[0]
        x = self.ops.take_columns(self.embed, tokens)  # [width, length, batch]
        if self.position is not None:
            x = x + self.position[start : start + length].T[:, :, None]
        for index, (layer, cache) in enumerate(zip(self.layers, caches)):
            key = linear(x, layer["key"]).reshape(self.kv_heads, self.head_width, length, -1)
            value = linear(x, layer["value"]).reshape(self.kv_heads, self.value_width, length, -1)
            cache.append((key, value))
            if index == len(self.layers) - 1:
                x = x[:, -1:]
            before = start + length - x.shape[1]
            mixed = [self._columns_attend(x[:, i], before + i + 1, layer, cache) for i in range(x.shape[1])]
            x = x + linear(mixed[0] if len(mixed) == 1 else self.ops.cat(mixed, 1), layer["output"])
            if layer["up"]:
                x = x + linear(self.ops.relu(linear(x, layer["up"])), layer["down"])
        return linear(x[:, -1], self.head)

    def _columns_attend(self, x, seen, layer, cache):
        """What the heads mix for the position of `x`: [heads · value width, 1, batch]."""
        groups = self.heads // self.kv_heads
        query = self._columns_linear(x, layer["query"]).reshape(self.kv_heads, groups, self.head_width, 1, -1)
        scores = [
            reduce(add, (query[:, :, i] * key[:, None, i] for i in range(self.head_width))) * layer["scale"] for key, _ in cache
        ]
        score = self.ops.keep(self.ops.cat(scores, 2)[:, :, :seen])  # [kv heads, groups, seen, batch]
        greatest = tree(self.ops.maximum, [score[:, :, i] for i in range(seen)])
        weight = self.ops.keep(self.ops.exp(score - greatest[:, :, None]))
        values = [value[:, None, :, i] for _, value in cache for i in range(value.shape[2])][:seen]
        mixed = tree(add, [weight[:, :, None, i] * value for i, value in enumerate(values)])
        total = tree(add, [weight[:, :, i] for i in range(seen)])
        return (mixed / total[:, :, None]).reshape(self.heads * self.value_width, 1, -1)


def tree(op, items):
    """The reduction of `items` in pairs, which leaves a compiler independent operations."""
    while len(items) > 1:
        items = [op(*items[i : i + 2]) if i + 1 < len(items) else items[i] for i in range(0, len(items), 2)]
    return items[0]
