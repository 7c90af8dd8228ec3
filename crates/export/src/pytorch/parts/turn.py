def turn(x, table, halves):
    """Turns pairs of components, [batch, head, time, unit], by a table of cosines and sines: RoPE."""
    cos, sin = table[: x.shape[-2], 0::2], table[: x.shape[-2], 1::2]
    count = x.shape[-1] // 2
    a, b = (x[..., :count], x[..., count:]) if halves else (x[..., 0::2], x[..., 1::2])
    a, b = a * cos - b * sin, a * sin + b * cos
    return torch.cat((a, b), -1) if halves else torch.stack((a, b), -1).flatten(-2)
