"""What is worked out once for all readers: who asks for it meanwhile waits, and hears the same.

When a build is published all readers ask for the same at the same moment, and functools.lru_cache
has each of them work it out.
"""

import threading
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class _Place:
    """Where one answer stands, or the error of who tried last, for those who waited for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_made, self.answer = False, None
        self.failures = 0
        self.error: Exception | None = None

    def get(self, make: Callable[[], Any]) -> Any:
        if self.is_made:
            return self.answer
        failures = self.failures
        with self.lock:
            if self.is_made:
                return self.answer
            if self.error and self.failures > failures:
                raise self.error
            try:
                self.answer = make()
            except Exception as error:
                self.error, self.failures = error, self.failures + 1
                raise
            self.is_made = True
            return self.answer


def once(most: int) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Keeps the last answers of a function, so many of them, by its arguments in their order; an
    error is kept for nobody who comes later."""

    def decorate(work: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @lru_cache(maxsize=most)
        def place(*asked: Hashable) -> _Place:
            return _Place()

        @wraps(work)
        def answer(*asked: Asked.args, **named: Asked.kwargs) -> Answer:
            assert not named
            return place(*asked).get(lambda: work(*asked))  # type: ignore[call-arg]

        answer.cache_clear = place.cache_clear  # type: ignore[attr-defined]
        return answer

    return decorate
