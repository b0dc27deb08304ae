"""The coefficients of runtime-min/src/math/single.rs and short.rs: polynomials of least relative error, by the exchange of Remez.

Source of the method: J.-M. Muller, *Elementary Functions: Algorithms and Implementation*, 3rd ed., 2016, sections 3.3
(minimax approximation), 5.2 (2^x by x = n + r) and 5.3 (the logarithm by s = (m - 1) / (m + 1)).

Run it with mpmath installed; it prints each polynomial, lowest coefficient first, and its error.
"""

from mpmath import atanh, linspace, log, lu_solve, matrix, mp, mpf, sqrt

mp.prec = 200


def remez(f, low, high, degree):
    """Coefficients c of the p that minimises max |p(x) / f(x) - 1| on [low, high], and that error."""
    count = degree + 2
    points = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]
    for _ in range(12):
        system, right = matrix(count, count), matrix(count, 1)
        for i, x in enumerate(points):
            for k in range(degree + 1):
                system[i, k] = x**k / f(x)
            system[i, degree + 1] = (-1) ** i
            right[i] = 1
        solution = lu_solve(system, right)
        coefficients = [solution[k] for k in range(degree + 1)]
        error = lambda x: sum(c * x**k for k, c in enumerate(coefficients)) / f(x) - 1
        grid = linspace(low, high, 2000)
        values = [error(x) for x in grid]
        # The largest error between two changes of sign is the next point there.
        groups = [[0]]
        for i in range(1, len(grid)):
            if values[i] * values[i - 1] < 0:
                groups.append([])
            groups[-1].append(i)
        best = [max(group, key=lambda i: abs(values[i])) for group in groups]
        if len(best) != count:
            break
        points = [grid[i] for i in best]
    return coefficients, max(abs(v) for v in values)


def show(name, result):
    coefficients, error = result
    print(f"{name}: relative error 2^{float(log(error, 2)):.1f}")
    for c in coefficients:
        print(f"    {float(c)!r},")


def continued(f, at_zero):
    """`f`, and its limit near zero."""
    return lambda x: at_zero if abs(x) < mpf(2) ** -60 else f(x)


half = mpf(1) / 2
show("(2^r - 1) / r, |r| <= 1/2", remez(continued(lambda r: mp.expm1(r * log(2)) / r, log(2)), -half, half, 6))
top = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2
show(
    "log2((1 + s) / (1 - s)) / s over s^2",
    remez(continued(lambda z: 2 * atanh(sqrt(z)) / sqrt(z) / log(2), 2 / log(2)), mpf(0), top, 4),
)
show(
    "log10((1 + s) / (1 - s)) / s over s^2, for short.rs",
    remez(continued(lambda z: 2 * atanh(sqrt(z)) / sqrt(z) / log(10), 2 / log(10)), mpf(0), top, 3),
)
