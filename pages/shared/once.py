"""What is worked out once for all readers: who asks for it meanwhile waits, and gets the same.

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
    """Where one answer stands."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_made, self.answer, self.failures = False, None, 0

    def get(self, make: Callable[[], Any]) -> Any:
        failures = self.failures
        if not self.is_made:
            with self.lock:
                if not self.is_made and self.failures == failures:
                    self._make(make)
        # who waited in vain tries alone: what went wrong is told in the language of who asks
        return self.answer if self.is_made else make()

    def _make(self, make: Callable[[], Any]) -> None:
        try:
            self.answer = make()
        except BaseException:
            self.failures += 1
            raise
        self.is_made = True


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
