"""Writes a model file's weights for answers.py, and what PyTorch's two exporters make of the model: `weights.py MODEL.toml FOLDER`.

The weights are those of xtask/parity/model.py: its matrices as NumPy arrays, computed by PyTorch, and the position table a second
time with sines in float64, rounded once.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).parents[1] / "parity"))
from model import Model  # noqa: E402


class Exact(Model):
    """The same model whose formulas are computed in float64 and rounded once."""

    def __init__(self, path):
        super().__init__(path)
        self.inner = torch.float64
        self.position = self.weight(self.spec["position"], self.block, self.width, "pos")


class Logits(torch.nn.Module):
    """The forward pass as a module, for the exporters."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, tokens):
        return self.model.forward(tokens)


def main():
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    model = Model(path)
    out = {"embed": model.embed, "position.pytorch": model.position, "position.rounded": Exact(path).position}
    shape = {"heads": model.heads, "head_width": model.head_width, "scale": model.layers[0]["scale"]}
    if len(model.layers) != 1 or model.heads != model.kv_heads or model.layers[0]["activation"] != "relu":
        sys.exit(f"{path}: answers.py is for one layer with ReLU and a key for each query")
    for name in ("query", "key", "value", "output", "up", "down", "head"):
        factors, bias = model.head if name == "head" else model.layers[0][name]
        for index, factor in enumerate(factors):
            out[f"{name}.{index}"] = factor
        if bias is not None:
            out[f"{name}.bias"] = bias
    prompts = [model.prompt(a, b) for a, b in ((0, 0), (1, 1))]
    out = {name: value.numpy() for name, value in out.items()}
    np.savez(folder / "weights.npz", **out, **{name: np.array(value) for name, value in shape.items()})
    tokens = torch.tensor(prompts)
    for exporter, dynamo in (("script", False), ("dynamo", True)):
        file = folder / f"{exporter}.onnx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if dynamo:
                batch, length = torch.export.Dim("batch"), torch.export.Dim("length", max=model.block)
                program = torch.onnx.export(
                    Logits(model), (tokens,), dynamo=True, dynamic_shapes=({0: batch, 1: length},), verbose=False
                )
                program.save(file)
            else:
                torch.onnx.export(
                    Logits(model), (tokens,), file, dynamo=False, opset_version=18, input_names=["tokens"], output_names=["logits"],
                    dynamic_axes={"tokens": {0: "batch", 1: "length"}},
                )  # fmt: skip


if __name__ == "__main__":
    main()
