def quotient(x, y):
    """The greatest whole number that the quotient reaches, which is taken in float64."""
    x, y = (torch.as_tensor(part, dtype=FORMULA).double() for part in (x, y))
    return torch.floor(x / y).to(FORMULA)
