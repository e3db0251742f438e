"""The environment, with a sentence for a number that is none."""

from typing import Any, cast

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.Env):
    """`environ.Env` whose numbers are not negative; raises ImproperlyConfigured naming the variable."""

    def int(self, var: str, default: Any = environ.Env.NOTSET) -> int:
        return cast("int", self._number(var, int, default, "a whole number"))

    def float(self, var: str, default: Any = environ.Env.NOTSET) -> float:
        return cast("float", self._number(var, float, default, "a number"))

    def _number(self, var: str, kind: type, default: Any, wanted: str) -> Any:
        try:
            value = self.get_value(var, cast=kind, default=default)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} is {wanted}, not {self.str(var)!r}.") from error
        if value < 0:
            raise ImproperlyConfigured(f"{var} is not negative.")
        return value
