def gelu_tanh(x):
    """The usual approximation of GELU by a hyperbolic tangent."""
    inner = math.sqrt(2 / math.pi) * (x + 0.044715 * ((x * x) * x))
    return (0.5 * x) * (1 + torch.tanh(inner.double()).to(x.dtype))
