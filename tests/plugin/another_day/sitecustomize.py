"""A clock that is ahead by READINESS_TEST_SHIFT seconds, for everything in Python that asks what time it is."""

import datetime
import os
import time

_SHIFT = float(os.environ.get("READINESS_TEST_SHIFT", "0"))
_real_time, _real_datetime, _real_date = time.time, datetime.datetime, datetime.date


def _ahead() -> float:
    return _real_time() + _SHIFT


def _shifted(real, of_seconds):  # type: ignore[no-untyped-def]
    def from_seconds(seconds: float | None = None):  # type: ignore[no-untyped-def]
        return of_seconds(_ahead() if seconds is None else seconds)

    return from_seconds


class _Like(type):
    """Real dates are instances of the shifted class: it only asks another clock."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.__mro__[1])

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.__mro__[1])


class _Datetime(_real_datetime, metaclass=_Like):
    @classmethod
    def now(cls, tz=None):  # type: ignore[no-untyped-def]
        return _real_datetime.fromtimestamp(_ahead(), tz)

    @classmethod
    def utcnow(cls):  # type: ignore[no-untyped-def]
        return _real_datetime.fromtimestamp(_ahead(), datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls):  # type: ignore[no-untyped-def]
        return _real_datetime.fromtimestamp(_ahead())


class _Date(_real_date, metaclass=_Like):
    @classmethod
    def today(cls):  # type: ignore[no-untyped-def]
        return _real_date.fromtimestamp(_ahead())


time.time = _ahead
time.time_ns = lambda: int(_ahead() * 1e9)
time.localtime = _shifted(time.localtime, time.localtime)
time.gmtime = _shifted(time.gmtime, time.gmtime)
datetime.datetime, datetime.date = _Datetime, _Date
