def power(x, y):
    """x to the y, rounded once."""
    x, y = (torch.as_tensor(part, dtype=FORMULA).double() for part in (x, y))
    return torch.pow(x, y).to(FORMULA)
