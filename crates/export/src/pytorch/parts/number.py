def number(stored):
    """The one number of a stored tensor, for a formula."""
    return stored.to(FORMULA).reshape(())
