def filled(value, rows, columns):
    """A weight whose cells are the values of a formula, rounded once to the model's type."""
    return torch.as_tensor(value, dtype=FORMULA).to(DTYPE).expand(rows, columns)
