"""The pairs that golden files are made of."""

import random

EDGE = [
    (0, 0), (0, 1), (9999999999, 0), (9999999999, 1), (9999999999, 9999999999), (5000000000, 5000000000),
    (1111111111, 8888888889), (1234567890, 9876543210), (9999999999, 9999999999), (1, 9999999999),
]  # fmt: skip
SEED = [
    (5, 5), (555, 445), (99999, 1), (19492, 23919), (1234567890, 987654321), (1000000000, 0), (4567891234, 5432108766),
]  # fmt: skip


def pairs(count):
    """The edge cases, the seed's own, pairs of digits 0 and 9, runs of digit sums of 9, and random pairs."""
    dice = random.Random(58)
    found = EDGE + SEED
    while len(found) < count // 2:
        a = int("".join(dice.choice("09") for _ in range(10)))
        found.append((a, 9999999999 - a + dice.choice((0, 0, 1)) if a else 0))
        found.append((int("".join(dice.choice("09") for _ in range(10))), a))
    while len(found) < count:
        found.append((dice.randint(0, 9999999999), dice.randint(0, 9999999999)))
    return [(a, min(b, 9999999999)) for a, b in found[:count]]


def runs(count):
    """Pairs whose sum is a digit, six or more nines, and the rest: what a sum in one number rounds away."""
    dice = random.Random(36)
    found = []
    while len(found) < count:
        places, nines = dice.randint(7, 10), dice.randint(6, 9)
        text = (dice.choice("123456789") + "9" * nines + "".join(dice.choice("0123456789") for _ in range(10)))[:places]
        total = int(text)
        small = dice.randint(0, 10 ** dice.randint(1, len(text)) - 1) % (total + 1)
        found.append((total - small, small) if dice.random() < 0.5 else (small, total - small))
    return found
