"""Builds a nanoadder model file in PyTorch.

This is a second reading of the format in docs/format.md, written from that page and sharing nothing with the Rust code, so that
the two can be compared. Weights are computed with torch tensors of the model's type where the file says that formulas
round at every operation, and in float64 otherwise; the forward pass is the usual full-sequence one, without a KV cache.
"""

import itertools
import math
import re
import tomllib
from pathlib import Path

import torch
import torch.nn.functional as F

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*|\^|\d+\.?\d*(?:[eE][+-]?\d+)?")
FUNCTIONS = ("sin", "cos", "sqrt", "exp", "abs", "floor")


class Model:
    """One model: its weights by place, its prompt, its forward pass."""

    def __init__(self, path):
        self.spec = tomllib.loads(Path(path).read_text())
        self.name = self.spec["name"]
        self.dtype = getattr(torch, {"f32": "float32", "f64": "float64"}[self.spec["dtype"]])
        self.inner = self.dtype if self.spec.get("formulas") == "f32" else torch.float64
        self.params = {}
        self._flatten("", self.spec["params"])
        self.consts = {name: float(value) for name, value in self.spec.get("const", {}).items()}
        shape = self.spec["shape"]
        self.width, self.vocab, self.block = shape["width"], shape["vocabulary"], shape["block_size"]
        self.heads = shape.get("heads", 1)
        self.kv_heads = shape.get("kv_heads", self.heads)
        self.head_width = shape.get("head_width", self.width // self.heads)
        self.value_width = shape.get("value_width", self.head_width)
        self.hidden = shape.get("hidden", 0)
        self.embed = self.weight(self.spec["embed"], self.vocab, self.width, "token")
        position = self.spec.get("position")
        self.position = self.weight(position, self.block, self.width, "pos") if position else None
        self.layers = [self.layer(layer) for layer in self.spec["layer"]]
        self.norm = self.spec.get("norm")
        self.head = self.map(self.spec["head"], self.vocab, self.width, "token")

    def _flatten(self, prefix, table):
        for key, value in table.items():
            if isinstance(value, dict):
                self._flatten(prefix + key + ".", value)
            else:
                self.params[prefix + key] = torch.tensor(value, dtype=torch.float64).to(self.dtype)

    # Weights

    def formula(self, text, rows, cols, row_word):
        """The values of a formula on a grid; numbers alone stay Python's, whatever meets a tensor is one."""
        grid = {
            "row": torch.arange(rows, dtype=self.inner).view(-1, 1),
            "col": torch.arange(cols, dtype=self.inner).view(1, -1),
        }
        grid[row_word] = grid["row"]
        names = {"where": self._where, "tau": math.tau, "pi": math.pi, **grid}
        names |= {name: self._function(name) for name in FUNCTIONS}
        words = {"if": "where", "^": "**", "div": "//", "mod": "%"}

        def translate(match):
            word = match.group()
            if word in words:
                return words[word]
            if word in self.consts:
                names["c_" + word] = self.consts[word]
                return "c_" + word
            if word in self.params:
                key = "p_" + word.replace(".", "_")
                value = self.params[word].to(self.inner)
                names[key] = value.reshape(()) if value.numel() == 1 else value
                return key
            return word

        value = eval(NAME.sub(translate, str(text)), names)
        return torch.as_tensor(value, dtype=self.inner).to(self.dtype).expand(rows, cols)

    @staticmethod
    def _where(condition, then, otherwise):
        if torch.is_tensor(condition):
            return torch.where(condition, then, otherwise)
        return then if condition else otherwise

    @staticmethod
    def _function(name):
        return lambda x: getattr(torch if torch.is_tensor(x) else math, name)(x)

    def weight(self, form, rows, cols, row_word="row"):
        """The rows × cols matrix that `form` writes."""
        if isinstance(form, str):
            return self.params[form].reshape(rows, cols)
        if "table" in form:
            return self.params[form["table"]].reshape(rows, cols)
        if "formula" in form:
            return self.formula(form["formula"], rows, cols, row_word)
        out = torch.zeros(rows, cols, dtype=self.dtype)
        if "columns" in form:
            for column, text in form["columns"].items():
                out[:, int(column)] = self.formula(text, rows, 1, row_word)[:, 0]
        elif "outer" in form:
            u, v = (self.params[name].reshape(-1) for name in form["outer"])
            out = u[:, None] * v[None, :]
        elif "product" in form:
            a, b = (self.params[name] for name in form["product"])
            out = a @ b
        elif "rotation" in form:
            i, j = form["reads"]
            scale = self.formula(form["scale"], 1, 1, "row").to(self.inner)[0, 0]
            for head, text in enumerate(form["rotation"]):
                angle = self.formula(text, 1, 1, "row").to(self.inner)[0, 0]
                out[2 * head, i] = (-torch.cos(angle) * scale).to(self.dtype)
                out[2 * head, j] = (torch.sin(angle) * scale).to(self.dtype)
                out[2 * head + 1, i] = (torch.sin(angle) * scale).to(self.dtype)
                out[2 * head + 1, j] = (torch.cos(angle) * scale).to(self.dtype)
        elif "reads" in form:
            out[:, form["reads"]] = self.params[form["of"]].reshape(rows, -1)
        elif "entries" in form:
            for row, column, text in form["entries"]:
                out[row, column] = self.formula(text, 1, 1, "row")[0, 0]
        elif "shared_rows" in form:
            out = torch.stack([self.params[name].reshape(-1) for name in form["shared_rows"]])
        elif "slice" in form:
            first, end = form["rows"]
            out = self.params[form["slice"]][first:end].reshape(rows, cols)
        else:
            raise ValueError(f"no form in {form}")
        return out

    def map(self, form, rows, cols, row_word="row"):
        """A linear map: its factors, the last one first to meet the input, and its bias."""
        if isinstance(form, dict) and "low_rank" in form:
            outer, inner = form["low_rank"]
            rank = form.get("rank")
            if rank is None:
                rank = self.params[outer].shape[1] if isinstance(outer, str) else self.params[inner].shape[0]
            factors = [self.weight(outer, rows, rank, row_word), self.weight(inner, rank, cols)]
        else:
            factors = [self.weight(form, rows, cols, row_word)]
        bias = form.get("bias") if isinstance(form, dict) else None
        return factors, None if bias is None else self.weight(bias, rows, 1, row_word)[:, 0]

    def layer(self, spec):
        attention, mlp = spec["attention"], spec.get("mlp")
        scale = attention.get("scale")
        keys, values = self.kv_heads * self.head_width, self.kv_heads * self.value_width
        return {
            "scale": 1 / math.sqrt(self.head_width) if scale is None else self.formula(scale, 1, 1, "row").item(),
            "query": self.map(attention["query"], self.heads * self.head_width, self.width),
            "key": self.map(attention["key"], keys, self.width),
            "value": self.map(attention["value"], values, self.width),
            "output": self.map(attention["output"], self.width, self.heads * self.value_width),
            "activation": mlp and mlp["activation"],
            "up": mlp and self.map(mlp["up"], self.hidden, self.width),
            "down": mlp and self.map(mlp["down"], self.width, self.hidden),
        }

    # The forward pass

    @staticmethod
    def linear(x, mapping):
        factors, bias = mapping
        for factor in reversed(factors):
            x = x @ factor.to(x.dtype).T
        return x if bias is None else x + bias.to(x.dtype)

    def forward(self, tokens, dtype=None, shift=None):
        """The logits behind the last of `tokens`, [batch, vocabulary].

        With `dtype` the same weights are computed with in another type. With `shift`, a number for each head, every score of
        that head moves by so many units in the last place of its greatest score in float32: up in the first half of the
        prompt and down behind it. This is how far rounding can move a tie.
        """
        dtype = dtype or self.dtype
        batch, length = tokens.shape
        x = self.embed.to(dtype)[tokens]
        if self.position is not None:
            x = x + self.position.to(dtype)[:length]
        for layer in self.layers:
            def split(mapping, heads, width):
                return self.linear(x, mapping).view(batch, length, heads, width).transpose(1, 2)

            query = split(layer["query"], self.heads, self.head_width)
            key = split(layer["key"], self.kv_heads, self.head_width)
            value = split(layer["value"], self.kv_heads, self.value_width)
            key, value = (t.repeat_interleave(self.heads // self.kv_heads, 1) for t in (key, value))
            if shift is None:
                mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True, scale=layer["scale"])
            else:
                scores = (query @ key.transpose(-1, -2)) * layer["scale"]
                greatest = scores[:, :, -1:].amax(-1, keepdim=True).abs().float()
                ulp = torch.nextafter(greatest, torch.tensor(math.inf)) - greatest
                sign = torch.where(torch.arange(length) < 11, 1.0, -1.0).to(dtype)
                causal = torch.ones(length, length, dtype=torch.bool).tril()
                steps = torch.tensor(shift, dtype=dtype).view(1, -1, 1, 1)
                scores = (scores + steps * ulp.to(dtype) * sign).masked_fill(~causal, -math.inf)
                mixed = torch.softmax(scores, -1) @ value
            mixed = mixed.transpose(1, 2).reshape(batch, length, self.heads * self.value_width)
            x = x + self.linear(mixed, layer["output"])
            if layer["up"]:
                if layer["activation"] != "relu":
                    raise ValueError("only relu is compared so far")
                x = x + self.linear(F.relu(self.linear(x, layer["up"])), layer["down"])
        return self.linear(x[:, -1], self.head)

    # The task

    def prompt(self, a, b):
        """The prompt of one pair; templates of the form {a:0>10}."""
        task = self.spec["task"]
        tokens = task.get("tokens", {})
        text = re.sub(r"\{([ab]):0>(\d+)\}", lambda m: f"{a if m[1] == 'a' else b:0{m[2]}d}", task["prompt"])
        return [tokens.get(c, int(c) if c.isdigit() else None) for c in text]

    def answer_length(self):
        return int(self.spec["task"]["answer"].split(":")[1])

    def shifts(self):
        """No shift, and eight units up or down for each head: sines that are off by one, products fused or not."""
        return [(0.0,) * self.heads, *itertools.product((-8.0, 8.0), repeat=self.heads)]

    @staticmethod
    def margin(logits, token):
        """How far the logit of `token` lies above the greatest of the others, [batch]."""
        others = logits.scatter(1, token, -math.inf)
        return logits.gather(1, token)[:, 0] - others.amax(-1)

    @torch.no_grad()
    def generate(self, pairs):
        """For each step the logits, how far rounding can move one, whether the margin is beyond it; and all tokens."""
        sequence = torch.tensor([self.prompt(a, b) for a, b in pairs])
        steps = []
        for _ in range(self.answer_length()):
            logits = self.forward(sequence)
            moved = [self.forward(sequence, torch.float64, shift) for shift in self.shifts()]
            token = logits.argmax(-1, keepdim=True)
            rounding = (torch.stack(moved) - logits.double()).abs().amax((0, 2))
            margin = self.margin(logits.double(), token)
            unsure = torch.stack([(self.margin(other, token) - margin).abs() for other in moved]).amax(0)
            steps.append((logits, rounding, margin > unsure))
            sequence = torch.cat([sequence, token], 1)
        return steps, sequence[:, -self.answer_length():]

    @torch.no_grad()
    def sums(self, pairs):
        """What the model answers, least digit first."""
        sequence = torch.tensor([self.prompt(a, b) for a, b in pairs])
        for _ in range(self.answer_length()):
            sequence = torch.cat([sequence, self.forward(sequence).argmax(-1, keepdim=True)], 1)
        tokens = sequence[:, -self.answer_length():].tolist()
        return [int("".join(str(t) for t in reversed(row))) for row in tokens]
