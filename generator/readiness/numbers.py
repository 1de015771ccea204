"""Numbers as people read them: separators, percentages that are never rounded up, singular and plural."""

from fractions import Fraction


def number(value: int) -> str:
    """1,386 with a thousands separator."""
    return f"{value:,}"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 test`, `2 tests`."""
    return f"{number(count)} {noun(count, one, many)}"


def noun(count: int, one: str, many: str = "") -> str:
    """The word for one of them, or for several."""
    return one if count == 1 else many or f"{one}s"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return f"{text[:1].upper()}{text[1:]}"


def percent(value: Fraction, places: int = 1) -> str:
    """A percentage cut, never rounded up: 99.96 % does not read 100 %."""
    scale = 10**places
    cut = Fraction(value * scale // 1, scale)
    text = f"{float(cut):.{places}f}"
    return f"{text.rstrip('0').rstrip('.') if value == cut and '.' in text else text} %"


def amount(value: Fraction, unit: str) -> str:
    """A measured value with its unit; plain decimals, up to four significant ones."""
    if unit == "%":
        return percent(value)
    if value.denominator == 1:
        text = number(int(value))
    else:
        text = f"{float(value):,.4g}" if abs(value) < 1000 else f"{float(value):,.1f}"
        if "e" in text:
            text = f"{float(value):,.12f}".rstrip("0")
    return f"{text} {unit}".strip()
