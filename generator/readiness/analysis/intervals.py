"""How sure a rate is: intervals of proportions."""

from math import ceil, log, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


def wilson(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval of a proportion, without continuity correction, as (low, high) within 0..1.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927). Without trials
    nothing is known: (0, 1). Raises ValueError where the successes are no part of the trials.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no proportion")
    if trials == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = successes / trials
    scale = 1 + z * z / trials
    centre = (rate + z * z / (2 * trials)) / scale
    half = z / scale * sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials))
    # At the ends the formula is exact, floating point is not.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return low, high


FEWEST_CLEAN_RUNS = 3
CLEAN_RUNS_DOUBT = 0.05


def clean_runs(failures: int, executions: int) -> int:
    """Passes in a row by which a test that still fails at its observed rate p would have failed, with 95 % probability.

    The least n with (1 - p)^n <= 0.05, which is ceil(ln 0.05 / ln(1 - p)), but never fewer than 3.
    """
    if failures >= executions:
        return FEWEST_CLEAN_RUNS
    return max(FEWEST_CLEAN_RUNS, ceil(log(CLEAN_RUNS_DOUBT) / log(1 - failures / executions)))
