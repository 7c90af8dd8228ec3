def sparse(rows, columns, entries):
    """A weight with numbers in some cells, zero elsewhere."""
    weight = torch.zeros(rows, columns, dtype=DTYPE)
    for row, column, value in entries:
        weight[row, column] = filled(value, 1, 1)[0, 0]
    return weight
