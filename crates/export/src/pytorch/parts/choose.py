def choose(condition, then, otherwise):
    """The one where the condition holds, the other elsewhere."""
    return torch.where(condition, torch.as_tensor(then, dtype=FORMULA), torch.as_tensor(otherwise, dtype=FORMULA))
