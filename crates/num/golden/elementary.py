"""Constants and golden table of `num::portable`.

Everything here is computed with mpmath at 400 bits or more; nothing is copied from another library.

    python3 -m venv venv && venv/bin/pip install mpmath==1.4.1
    venv/bin/python crates/num/golden/elementary.py constants   # prints what src/portable/ holds, 10 seconds
    venv/bin/python crates/num/golden/elementary.py table       # rewrites elementary.csv, 10 seconds

The table has one row per point: the function, the bits of its argument, the bits of the second argument of `pow`,
the bits of the value rounded to nearest, and what is left: (true - rounded) in units in the last place of the
rounded value. With the rest a test can tell an error of 0.6 units from one of 0.9.
The random points are seeded, so the same file comes out every time.
"""

import random
import struct
import sys
from pathlib import Path

import mpmath as mp
from mpmath import mpf

mp.mp.prec = 400
MAX = sys.float_info.max
MIN_NORMAL = sys.float_info.min
TINIEST = 5e-324


# --- Bits of f64 ----------------------------------------------------------------------------------------------


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def from_bits(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def step(x, n):
    """The f64 that is `n` places after `x > 0` (before it, if n < 0)."""
    return from_bits(bits(x) + n)


def rounded(value):
    """`value` to nearest, ties to even, as (f64, rest in units in the last place)."""
    if value == 0:
        return 0.0, mpf(0)
    exponent = mp.floor(mp.log(abs(value), 2))
    if mpf(2) ** exponent > abs(value):
        exponent -= 1
    unit = mpf(2) ** (max(int(exponent), -1022) - 52)
    places = mp.nint(value / unit)  # ties to even
    rest = value / unit - places
    if abs(places * unit) > mpf(MAX):
        return (float("inf") if value > 0 else -float("inf")), mpf(0)
    # Exact: `places` has at most 53 bits. Python's ldexp would round; the product below cannot.
    return float(places * unit), rest


# --- Polynomials ----------------------------------------------------------------------------------------------


def remez(f, weight, low, high, degree, start=None, grid=600, rounds=20):
    """The polynomial of `degree` that minimises max |weight * (polynomial - f)| on [low, high].

    Remez' exchange on a Chebyshev grid: solve for an error of alternating sign at degree + 2 points, move the
    points to the extrema of the error, repeat until the largest extremum is the levelled one.
    """
    low, high = mpf(low), mpf(high)
    xs = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / grid) for i in range(grid + 1)]
    fs, ws = [f(x) for x in xs], [weight(x) for x in xs]
    count = degree + 2
    chosen = [round(i * grid / (count - 1)) for i in range(count)] if start is None else list(start)
    best = None
    for _ in range(rounds):
        matrix, right = mp.matrix(count, count), mp.matrix(count, 1)
        for row, k in enumerate(chosen):
            for column in range(degree + 1):
                matrix[row, column] = xs[k] ** column
            matrix[row, degree + 1] = (-1) ** row / ws[k]
            right[row] = fs[k]
        solution = mp.lu_solve(matrix, right)
        polynomial = [solution[i] for i in range(degree + 1)]
        errors = [(mp.polyval(polynomial[::-1], x) - y) * w for x, y, w in zip(xs, fs, ws)]
        worst = max(abs(e) for e in errors)
        if best is None or worst < best[1]:
            best = (polynomial, worst, list(chosen))
        if worst < abs(solution[degree + 1]) * mpf("1.01"):
            break
        runs = [[0]]
        for k in range(1, grid + 1):
            if (errors[k] > 0) == (errors[runs[-1][-1]] > 0):
                runs[-1].append(k)
            else:
                runs.append([k])
        peaks = [max(run, key=lambda k: abs(errors[k])) for run in runs]
        if len(peaks) < count:
            break
        while len(peaks) > count:
            peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
        chosen = peaks
    return best


def show_polynomial(name, polynomial, error_of, low, high):
    """Print the coefficients as f64, and the error that the rounded coefficients leave, in powers of two."""
    held = [float(c) for c in polynomial]
    points = [mpf(low) + (mpf(high) - mpf(low)) * i / 4000 for i in range(4001)]
    worst = max(abs(error_of(x, mp.polyval([mpf(c) for c in held[::-1]], x))) for x in points)
    print(f"{name}: degree {len(held) - 1} on [{mp.nstr(mpf(low), 6)}, {mp.nstr(mpf(high), 6)}],", end=" ")
    print(f"error 2^{float(mp.log(worst, 2)):.1f}")
    for c in held:
        print(f"    {c!r},")


def exp_polynomial():
    """(e^r - 1 - r - r^2/2) / r^3, so that e^r = 1 + r + r^2 (1/2 + r P(r))."""
    half = mp.log(2) / 2 * (1 + mpf(2) ** -40)

    def f(r):
        if abs(r) < mpf(2) ** -60:
            return mpf(1) / 6 + r / 24
        return (mp.exp(r) - 1 - r - r * r / 2) / r**3

    polynomial, _, _ = remez(f, lambda r: 1, -half, half, 9)
    show_polynomial("exp P(r), error in e^r", polynomial, lambda r, p: r**3 * (p - f(r)), -half, half)


def exp_f32_polynomial():
    """(e^r - 1 - r) / r^2, so that e^r = 1 + r + r^2 P(r): enough for results that are rounded to f32."""
    half = mp.log(2) / 2 * (1 + mpf(2) ** -40)

    def f(r):
        if abs(r) < mpf(2) ** -60:
            return mpf(1) / 2 + r / 6
        return (mp.exp(r) - 1 - r) / r**2

    polynomial, _, _ = remez(f, lambda r: 1, -half, half, 8)
    show_polynomial("exp of f32 P(r), error in e^r", polynomial, lambda r, p: r**2 * (p - f(r)), -half, half)


# Where erf passes from one formula to the other. Of the multiples of 1/2048 near 3/4, this is one whose ln erfc
# is almost an f64: within 2^-58, so that the coefficient that holds it needs no second part.
ERF_MEETING = mpf(1575) / 2048


def remez_held(f, weight, low, high, degree, first):
    """As `remez`, but the first coefficient is given, and the second is rounded to f64 before the rest is fitted.

    The rounding of a large coefficient can cost more than the whole polynomial; the others then make up for it.
    """
    second, *_ = remez_rest(f, weight, low, high, degree, [first])
    held = [first, float(second)]
    return held + remez_rest(f, weight, low, high, degree, held)


def remez_rest(f, weight, low, high, degree, held):
    """The coefficients after `held`. A weight may span decades: it is flattened first, the extrema carried on."""
    count = len(held)
    highest_first = [mpf(c) for c in held[::-1]]

    def rest(x):
        return (f(x) - mp.polyval(highest_first, x)) / x**count

    points = None
    for power in (0.25, 0.5, 0.75, 1):

        def flattened(x, power=power):
            return (x**count * weight(x)) ** power

        polynomial, _, points = remez(rest, flattened, low, high, degree - count, points)
    return polynomial


def erf_near():
    """erf(x)/x - 2/sqrt(pi) in u = x^2, so that erf(x) = x + x (2/sqrt(pi) - 1 + P(x^2)); the constant is 0."""
    low, high = mpf(2) ** -12, ERF_MEETING**2
    show_pair("erf, 2/sqrt(pi) - 1", 2 / mp.sqrt(mp.pi) - 1)

    def f(u):
        return mp.erf(mp.sqrt(u)) / mp.sqrt(u) - 2 / mp.sqrt(mp.pi)

    polynomial = remez_held(f, lambda u: mpf(1), low, high, 10, 0.0)
    show_polynomial("erf P(u), error in erf(x)/x", polynomial, lambda u, p: p - f(u), low, high)


def erf_far():
    """ln erfc(1575/2048 + v) in v, so that erf(x) = 1 - exp(Q(v)).

    With the weight erfc the error is that of erf.
    """
    low, high = mpf(2) ** -12, 6 - ERF_MEETING
    start = mp.log(mp.erfc(ERF_MEETING))
    print(f"erf, ln erfc(1575/2048): {float(start)!r}, off by {mp.nstr(start - float(start), 3)}")

    def f(v):
        return mp.log(mp.erfc(ERF_MEETING + v))

    def weight(v):
        return mp.erfc(ERF_MEETING + v)

    polynomial = remez_held(f, weight, low, high, 18, float(start))
    show_polynomial("erf Q(v), error in erf", polynomial, lambda v, q: weight(v) * (q - f(v)), low, high)


def show_pair(name, value, bits_of_head=53):
    """Print `value` as a head of so many bits and the f64 nearest to what the head leaves."""
    exponent = int(mp.floor(mp.log(value, 2)))
    unit = mpf(2) ** (exponent + 1 - bits_of_head)
    head = (mp.nint if bits_of_head == 53 else mp.floor)(value / unit) * unit
    print(f"{name}: {float(head)!r} + {float(value - head)!r}")


def constants():
    exp_polynomial()
    exp_f32_polynomial()
    erf_near()
    erf_far()
    # Steps are below 2^11 in magnitude, so a head of 42 bits times a step is exact.
    show_pair("ln 2, head of 42 bits", mp.log(2), 42)
    show_pair("ln 2", mp.log(2))
    show_pair("pi / 2", mp.pi / 2)
    mp.mp.prec = 1700
    digits = int(mp.floor(2 / mp.pi * mpf(2) ** 1280))
    mp.mp.prec = 400
    print("2 / pi, 64 bits a word, after one word of zeros:")
    for word in range(20):
        print(f"    0x{digits >> (64 * (19 - word)) & (2**64 - 1):016x},")


# --- Points ---------------------------------------------------------------------------------------------------


def both(points):
    return [s * x for x in points for s in (1.0, -1.0)]


def uniform(rng, low, high, count):
    return [rng.uniform(low, high) for _ in range(count)]


def spread(rng, low, high, count):
    """Points whose logarithm is uniform: every magnitude between 2^low and 2^high alike."""
    return [rng.uniform(1, 2) * 2.0 ** rng.randint(low, high - 1) for _ in range(count)]


SMALL = [0.0, TINIEST, 3 * TINIEST, 2.0**-1060, step(MIN_NORMAL, -1), MIN_NORMAL, 1e-300, 2.0**-60, 2.0**-54]
SMALL += [2.0**-53, 2.0**-52, 2.0**-30, 2.0**-27, 2.0**-26, 2.0**-25, 2.0**-24, 1e-5, 0.001, 0.1]


def exp_points(rng):
    overflow, underflow, subnormal = 709.782712893384, -745.1332191019411, -708.3964185322641
    points = both(SMALL) + [step(overflow, n) for n in (-1, 0, 1)] + [710.0, 1000.0, MAX, -MAX, -746.0]
    points += [-step(-underflow, n) for n in (-1, 0, 1)] + [-step(-subnormal, n) for n in (-1, 0, 1)]
    # Where the number of steps of ln 2 changes, the remainder is largest.
    for k in (-1074, -1022, -300, -2, -1, 0, 1, 2, 300, 1023):
        edge = float((k + mpf(1) / 2) * mp.log(2))
        points += [edge, from_bits(bits(edge) + 1), float(k * mp.log(2))]
    points += uniform(rng, -1, 1, 100) + uniform(rng, -20, 20, 60) + uniform(rng, -745, 709, 60)
    return points + uniform(rng, -745, -708, 20) + both(spread(rng, -60, 0, 20))


def ln_points(rng):
    points = SMALL[1:] + [1.0, 2.0, 3.0, 10.0, 0.5, MAX, step(MAX, -1), float(mp.e)]
    points += [2.0**0.5, step(2.0**0.5, 1)]
    points += [step(1.0, n) for n in (-3, -2, -1, 1, 2, 3)] + [2.0**n for n in range(-1070, 1024, 97)]
    points += [1 + s for s in both([2.0**-n for n in range(2, 52, 5)])]
    points += uniform(rng, 0.5, 2, 100) + spread(rng, -1022, 1024, 100)
    return points + [from_bits(rng.randrange(1, 2**52)) for _ in range(30)]


def ln_1p_points(rng):
    points = both(SMALL)[1:] + [1.0, 2.0, 0.5, -0.5, 1e10, 2.0**53, 2.0**54, 2.0**60, 1e300, MAX]
    points += [step(1.0, n) for n in (-2, -1, 1, 2)] + [-step(1.0, n) for n in (-3, -2, -1)]
    points += [float(mp.sqrt(2) - 1), float(mp.sqrt(mpf(1) / 2) - 1)] + both([2.0**-n for n in range(2, 60, 5)])
    points += uniform(rng, -1, 1, 100) + both(spread(rng, -60, 0, 40)) + spread(rng, 0, 1024, 40)
    return points


def softplus_points(rng):
    points = both(SMALL) + both([0.5, 1.0, 2.0, 20.0, 36.0, 36.7, 37.0, 40.0, 100.0, 700.0, 708.0]) + [MAX, -740.0, -745.0]
    points += both(uniform(rng, 0, 2, 40)) + both(uniform(rng, 0, 40, 40)) + uniform(rng, -700, 0, 40)
    return points


def close_to_quarters():
    """The f64 that come closest to a multiple of pi / 2, by continued fractions.

    m 2^e is close to n pi / 2 when n / m is a convergent of 2^e 2 / pi; every m below 2^53 may be one.
    """
    found = []
    mp.mp.prec = 2600
    for exponent in range(-52, 971):
        target = mpf(2) ** exponent * 2 / mp.pi
        rest, (below, m) = target, (0, 1)
        while True:
            part = int(mp.floor(rest))
            if m >= 2**52:
                x = m * mpf(2) ** exponent
                turns = x * 2 / mp.pi
                found.append((abs(turns - mp.nint(turns)), float(x)))
            rest = 1 / (rest - part)
            below, m = m, int(mp.floor(rest)) * m + below
            if m >= 2**53:
                break
    mp.mp.prec = 400
    return [x for _, x in sorted(found)[:60]]


def angle_points(rng):
    points = both(SMALL) + [0.5, 1.0, 2.0, 3.0, 10.0, 100.0, 1e5, 2.0**120, 1e300, 2.0**1023]
    points += both([1e22, MAX])
    quarters = [float(n * mp.pi / 4) for n in range(1, 18)]
    quarters += [float(n * mp.pi / 2) for n in (10**3, 10**6, 10**15)]
    points += quarters + [step(x, 1) for x in quarters] + [-x for x in quarters[:6]]
    points += both(uniform(rng, 0, 0.8, 20)) + uniform(rng, -10, 10, 60) + uniform(rng, -1e6, 1e6, 20)
    return points + spread(rng, 20, 1023, 60) + close_to_quarters()


def tanh_points(rng):
    points = both(SMALL) + both([0.17328679513998632, 0.1732867951399863, 0.5, 0.55, 1.0, 2.0, 10.0])
    points += both([18.0, 18.7, 19.0, 19.06, 19.0615, 19.0616, 19.07, 20.0, 22.0, 100.0, MAX])
    points += both(uniform(rng, 0, 1, 50)) + both(uniform(rng, 0, 19.1, 40)) + both(spread(rng, -60, 4, 30))
    return points


def erf_points(rng):
    points = both(SMALL) + both([0.5, step(1.0, -1), 1.0, step(1.0, 1), 1.1, 1.5, 2.0, 3.0, 4.0, 5.0])
    points += both([5.8, 5.9, 5.92, 5.9215, 5.92158, 5.9216, 5.95, 6.0, 6.1, 27.0, 100.0, MAX])
    points += both(uniform(rng, 0, 1, 40)) + both(uniform(rng, 1, 1.5, 20)) + both(uniform(rng, 1, 6, 40))
    return points + both(spread(rng, -60, 2, 20))


def pow_points(rng):
    points = [(10.0, 3.0), (2.0, 10.0), (-2.0, 3.0), (-2.0, -3.0), (2.0, -1074.0), (2.0, 1023.0), (4.0, 0.5)]
    points += [(9.0, 1.5), (10.0, 22.0), (10.0, -22.0), (3.0, 33.0), (0.1, 7.0), (1.5, 64.0), (1.5, -64.0)]
    points += [(10000.0, -i / 32) for i in range(1, 32, 5)] + [(0.5, 1074.5), (0.5, 1075.5), (0.5, 1022.25)]
    points += [(TINIEST, 0.5), (MAX, 0.5), (MAX, -1.0), (MAX, 1.0), (TINIEST, -0.9), (step(1.0, 1), 2.0**60)]
    points += [(step(1.0, -1), 2.0**62), (step(1.0, 1), -(2.0**61)), (MIN_NORMAL, 1.0), (2.0**-600, 1.75)]
    points += [(rng.uniform(0, 4), rng.uniform(-20, 20)) for _ in range(120)]
    points += [(x, rng.uniform(-1, 1)) for x in spread(rng, -1022, 1024, 60)]
    points += [(x, float(rng.randint(-80, 80))) for x in uniform(rng, -9, 9, 160)]
    for x in spread(rng, -300, 300, 120):  # results anywhere from the smallest to the largest
        points.append((x, rng.uniform(-744, 709) / float(mp.log(x))))
    return points


# Where ten million random arguments, compared with a 113-bit library, found the largest errors.
WORST = {
    "exp": [0.34780323436845595, -1.017026622607474, -3.7744455737651239, -708.73414281204236],
    "tanh": [0.17529888182503758, 0.17617032157766827, -0.51709334218537317, 2.2723021721750198],
    "erf": [-0.0544910907689124, 0.75448881047777716, 0.81322971784280751, -1.0791243115332567],
    "pow": [(1.0939699178717874, -11.23834299134133), (2.921692573278972, -660.97554578668883)],
}

# Names of mpmath's functions. Each rounds to 400 bits, whatever the argument.
FUNCTIONS = {
    "exp": (mp.exp, exp_points),
    "ln": (mp.log, ln_points),
    "ln_1p": (mp.log1p, ln_1p_points),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), softplus_points),
    "sin": (mp.sin, angle_points),
    "cos": (mp.cos, angle_points),
    "tanh": (mp.tanh, tanh_points),
    "erf": (mp.erf, erf_points),
    "pow": (mp.power, pow_points),
}


def row(name, function, arguments):
    if name == "exp" and abs(arguments[0]) > 2000:
        # Far out of range; mpmath would return a number whose exponent has hundreds of digits.
        value, rest = (float("inf") if arguments[0] > 0 else 0.0), mpf(0)
    elif name in ("ln_1p", "sin", "tanh", "erf") and arguments[0] == 0:
        value, rest = arguments[0], mpf(0)  # mpmath has no -0
    else:
        value, rest = rounded(function(*map(mpf, arguments)))
    cells = [f"{bits(x):016x}" for x in arguments] + [""] * (2 - len(arguments))
    return ",".join([name, *cells, f"{bits(value):016x}", f"{float(rest):.5f}"])


def table():
    rows = ["function,x,y,value,rest"]
    for name, (function, points) in FUNCTIONS.items():
        seen = set()
        for point in points(random.Random(f"portable {name}")) + WORST.get(name, []):
            arguments = point if isinstance(point, tuple) else (point,)
            key = tuple(map(bits, arguments))
            if key not in seen:
                seen.add(key)
                # Small whole exponents are another algorithm, with a bound of its own.
                whole = name == "pow" and abs(arguments[1]) <= 64 and arguments[1].is_integer()
                rows.append(row("pow whole" if whole else name, function, arguments))
        print(f"{name}: {len(seen)} points", file=sys.stderr)
    Path(__file__).with_suffix(".csv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    commands = {"constants": constants, "table": table}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]]()
