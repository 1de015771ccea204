"""Points in time as people read them, in UTC."""

from datetime import date, datetime, timedelta

from readiness.phrases import say


def day(moment: date) -> str:
    """`10 August 2025`."""
    return say("date", day=str(moment.day), month=moment.month, year=str(moment.year))


def minute(moment: datetime) -> str:
    """`10 August 2025, 04:12 UTC`."""
    return say("moment", date=day(moment), time=f"{moment:%H:%M}")


def until(moment: datetime) -> str:
    """`until 10 August 2025, 04:12 UTC`; where it is the first moment of a day, `through 9 August 2025`."""
    if (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0):
        return say("through", day=day(moment - timedelta(days=1)))
    return say("until", moment=minute(moment))
