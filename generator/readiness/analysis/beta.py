"""The beta distribution: its distribution function and quantiles, without a numerical library."""

from math import exp, lgamma, log, log1p

_TERMS = 10_000
_STEPS = 200
_SMALL = 1e-15


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction.

    NIST Digital Library of Mathematical Functions, 8.17.22, evaluated by the modified Lentz method. It converges fast
    below the mean; above it the symmetry I_x(a, b) = 1 - I_{1-x}(b, a) leads there. Raises ValueError for a or b not
    above 0.
    """
    if min(a, b) <= 0:
        raise ValueError(f"Beta({a}, {b}) is no distribution")
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    front = exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, _TERMS):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            c, d = 1 + numerator / c, 1 / (1 + numerator * d)
            fraction *= c * d
        if abs(c * d - 1) < _SMALL:
            break
    return front * fraction


def beta_quantile(p: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = p, by Newton steps that a bisection keeps within bounds."""
    low, high, x = 0.0, 1.0, a / (a + b)
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)
    for _ in range(_STEPS):
        error = beta_cdf(x, a, b) - p
        low, high = (low, x) if error > 0 else (x, high)
        density = exp((a - 1) * log(x) + (b - 1) * log1p(-x) + scale)
        step = x - error / density if density else low
        new = step if low < step < high else (low + high) / 2
        if abs(new - x) <= _SMALL * new or not 0 < new < 1:
            return new
        x = new
    return x
