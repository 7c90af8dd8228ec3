def sin(x):
    """The sine, computed in the type SINES."""
    return torch.sin(x.to(SINES)).to(x.dtype)
