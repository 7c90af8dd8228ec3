def spread(rows, columns, reads, values):
    """A weight that reads some columns."""
    weight = torch.zeros(rows, columns, dtype=DTYPE)
    weight[:, reads] = values.reshape(rows, len(reads))
    return weight
