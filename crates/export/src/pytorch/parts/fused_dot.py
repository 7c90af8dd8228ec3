def fused_dot(a, b):
    """The sum of products over the last axis, from the first term to the last, each product and addition in one rounding.

    A sum in float64 is rounded to odd, which the rounding to float32 that follows does not notice.
    """
    a, b = torch.broadcast_tensors(a.double(), b.double())
    result = (a[..., 0] * b[..., 0]).float()
    for index in range(1, a.shape[-1]):
        product, before = a[..., index] * b[..., index], result.double()
        whole = product + before
        back = whole - product
        rest = (product - (whole - back)) + (before - back)
        even = whole.contiguous().view(torch.int64) % 2 == 0
        odd = torch.nextafter(whole, torch.copysign(torch.full_like(whole, math.inf), rest))
        result = torch.where(even & (rest.abs() > 0), odd, whole).float()
    return result
