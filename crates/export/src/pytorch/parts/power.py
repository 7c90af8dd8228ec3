def power(x, y):
    """x to the y, rounded once."""
    return torch.pow(torch.as_tensor(x).double(), torch.as_tensor(y).double()).to(FORMULA)
