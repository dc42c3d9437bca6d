"""Column types that read and write the kit's values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeDecorator

from kameng.kit.money import Money


class MoneyType(TypeDecorator[Money]):
    """A BIGINT column of micro-yuan, read and written as Money."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> int | None:
        if value is None:
            return None
        if not isinstance(value, Money):
            raise TypeError(f"not Money: {value!r}")
        return value.micro

    def process_result_value(self, value: Any, dialect: Any) -> Money | None:
        return None if value is None else Money(value)
