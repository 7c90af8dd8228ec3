def by_column(rows, columns, values):
    """A weight with a formula for each of some columns, zero elsewhere."""
    weight = torch.zeros(rows, columns, dtype=DTYPE)
    for column, value in values.items():
        weight[:, column] = filled(value, rows, 1)[:, 0]
    return weight
