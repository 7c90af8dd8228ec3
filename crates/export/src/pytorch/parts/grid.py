def grid(rows, columns):
    """The number of each row, [rows, 1], and of each column, [1, columns]."""
    return torch.arange(rows, dtype=FORMULA)[:, None], torch.arange(columns, dtype=FORMULA)[None, :]
