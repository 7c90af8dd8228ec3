def rms_norm(x, eps, weight=None, bias=None):
    """x over the root of its mean square."""
    x = x / root(dot(x, x) / x.shape[-1] + eps)[..., None]
    x = x if weight is None else x * weight[:, 0]
    return x if bias is None else x + bias[:, 0]
