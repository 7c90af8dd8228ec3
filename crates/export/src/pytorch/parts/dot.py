def total(terms):
    """The sum over the last axis, from the first term to the last, each addition rounded."""
    result = terms[..., 0]
    for index in range(1, terms.shape[-1]):
        result = result + terms[..., index]
    return result


def dot(a, b):
    """The sum of products over the last axis: each product rounds, then they are added from the first to the last."""
    return total(a * b)


def linear(x, *factors, bias=None, dot=dot):
    """The product of x with the factors, the last one first, and the bias."""
    for factor in reversed(factors):
        x = dot(x[..., None, :], factor)
    return x if bias is None else x + bias[:, 0]
