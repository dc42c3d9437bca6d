"""The cut-down Jinja a theme runs in: no way out, no way to eat the machine.

Templates come from the repository only, so this is the second wall, not the first: an agent's
text never reaches the compiler.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import BytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.environment import Environment
from jinja2.exceptions import SecurityError, TemplateNotFound
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from . import cards

FILTERS = frozenset(
    {"abs", "batch", "count", "d", "default", "e", "escape", "first", "int", "join", "last"}
    | {"length", "list", "lower", "reject", "rejectattr", "reverse", "round", "select"}
    | {"selectattr", "string", "sum", "trim", "truncate", "unique", "upper"}
)
PASSED = ("_loop_vars", "_block_vars")
"""What Jinja passes along to whoever wants the names of a loop or a block: nobody here."""
METHODS = frozenset({"get", "items", "keys", "values"})
LONGEST = 10_000
LARGEST = 10**15


class Sandbox(ImmutableSandboxedEnvironment):
    """One theme in one language."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, folders: Sequence[Path], *, cache: BytecodeCache | None = None) -> None:
        super().__init__(
            loader=FileSystemLoader([str(folder) for folder in folders]),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=cache,
        )
        self.globals.clear()
        self.filters = {name: f for name, f in self.filters.items() if name in FILTERS}
        self._granted: frozenset[int] = frozenset()

    def grant(
        self, functions: Mapping[str, Any], filters: Mapping[str, Callable[..., Any]]
    ) -> None:
        """Give templates the engine's own functions and filters; nothing else can be called."""
        self.globals.update(functions)
        self.filters.update(filters)
        self._granted = frozenset(id(value) for value in functions.values())

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A drop's key wins over a method of the same name (form.values, order.items)."""
        if type(obj) is dict:
            return obj[attribute] if attribute in obj else self._of_dict(obj, attribute)
        return super().getattr(obj, attribute)

    def _of_dict(self, drop: dict[str, Any], name: str) -> Any:
        return getattr(drop, name) if name in METHODS else self.undefined(obj=drop, name=name)

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros, what grant() gave, and the four reading methods of a dict."""
        if isinstance(obj, Macro) or id(obj) in self._granted:
            return True
        owner = getattr(obj, "__self__", None)
        return (type(owner) is dict and obj.__name__ in METHODS) or isinstance(owner, LoopContext)

    @cached_property
    def _cards(self) -> frozenset[Macro]:
        """The macros whose drawings are kept."""
        try:
            return cards.among(self.get_template(cards.FILE).module)
        except TemplateNotFound:
            return frozenset()

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Granted functions and macros directly: the checks of the general way cost more than the
        call."""
        granted = id(__obj) in __self._granted
        if not granted and type(__obj) is not Macro:
            return super().call(__context, __obj, *args, **kwargs)
        for passed in PASSED:
            kwargs.pop(passed, None)
        if granted:
            return __obj(*args, **kwargs)
        if __obj in __self._cards:
            return cards.drawn(__obj, __context.eval_ctx, args, kwargs)
        return __obj(__context.eval_ctx, *args, **kwargs)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Sizes are bounded: no giant strings, no giant numbers, no % formatting."""
        if not (_number(left) and _number(right)):
            return self._repeated(operator, left, right)
        if operator == "**" or abs(left) > LARGEST or abs(right) > LARGEST:
            _refuse(operator)
        return super().call_binop(context, operator, left, right)

    def _repeated(self, operator: str, left: Any, right: Any) -> Any:
        text, times = (right, left) if isinstance(left, int) else (left, right)
        fits = operator == "*" and isinstance(text, str) and isinstance(times, int)
        if not fits or len(text) * times > LONGEST:
            _refuse(operator)
        return text * times


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def _refuse(operator: str) -> NoReturn:
    raise SecurityError(f"operator {operator} refused: operands too large or of the wrong kind")


def compiled(environment: Environment) -> int:
    """Load every template of `environment` now; returns how many."""
    names = [name for name in environment.list_templates() if name.endswith(".html")]
    for name in names:
        environment.get_template(name)
    return len(names)
