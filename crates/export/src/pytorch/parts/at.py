def at(stored, *indices):
    """The stored numbers at these indices."""
    return stored.to(FORMULA)[tuple(torch.as_tensor(index).long() for index in indices)]
