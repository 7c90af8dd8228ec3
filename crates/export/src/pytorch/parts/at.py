def at(stored, *indices):
    """The stored numbers at these indices. Where an index is outside, `choose` takes the other branch: any number will do."""
    places = [torch.as_tensor(index).long().clamp(0, size - 1) for index, size in zip(indices, stored.shape)]
    return stored.to(FORMULA)[tuple(places)]
