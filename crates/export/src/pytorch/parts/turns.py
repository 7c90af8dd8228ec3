def turns(angle, rows, columns):
    """The table that RoPE turns by: cosines and sines side by side."""
    angle = torch.as_tensor(angle, dtype=FORMULA).expand(rows, columns)
    even = torch.arange(columns) % 2 == 0
    return torch.where(even, cos(angle), sin(angle)).to(DTYPE)
