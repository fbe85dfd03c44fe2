"""How far long work is: told where the work is done, for whoever looks. Nobody has to look.

A step is under way while its `with` block or its loop lasts; steps may stand within each other.
What a child process does is told through a small file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
#: Seconds between two notes of a child to its parent.
NOTE_EVERY = 0.1


@dataclass(eq=False, slots=True)
class Step:
    """One piece of work: what it is, in words, how much there is of it, and how much is done.

    `total` is null where nobody knows; its unit is the step's own (bytes, pages, rows). `items` is
    above 1 for work on several things one after another. `child` is where a child process notes
    how far it is in its stead.
    """

    what: str
    total: float | None = None
    done: float = 0
    items: int = 1
    child: Path | None = None

    def advance(self, by: float) -> None:
        """So much more is done."""
        self.done += by
        if _notebook:
            _notebook.note(self)


@dataclass(slots=True)
class _Notebook:
    """Where a child process notes how far it is, now and then."""

    path: Path
    last: float = 0

    def note(self, step: Step) -> None:
        now = time.monotonic()
        if now - self.last >= NOTE_EVERY:
            self.last = now
            with suppress(OSError):
                said = f"{step.what}\n{step.total or 0}\n{step.done}"
                self.path.write_text(said, encoding="utf-8")


_under_way: list[Step] = []
_notebook: _Notebook | None = None


@contextmanager
def step(what: str, total: float | None = None, child: Path | None = None) -> Iterator[Step]:
    """Work that is told; the step given is advanced as it goes on."""
    begun = Step(what, total, child=child)
    _under_way.append(begun)
    try:
        yield begun
    finally:
        _under_way.remove(begun)


def over(
    items: Sequence[T], what: Callable[[T], str], size: Callable[[T], float] = lambda _: 1
) -> Iterator[T]:
    """The items in turn, each told as done when the next is asked for; of one, nobody knows."""
    sizes = [size(item) for item in items]
    begun = Step("", sum(sizes) if len(items) > 1 else None, items=len(items))
    _under_way.append(begun)
    try:
        for item, amount in zip(items, sizes, strict=True):
            begun.what = what(item)
            yield item
            begun.advance(amount)
    finally:
        _under_way.remove(begun)


def through(
    parts: Iterable[T], what: str, total: float | None, size: Callable[[T], float]
) -> Iterator[T]:
    """The parts of one thing as they come, each told as done when the next is asked for."""
    with step(what, total) as begun:
        for part in parts:
            yield part
            begun.advance(size(part))


def under_way() -> list[Step]:
    """The steps under way now, the outermost first; a child process speaks for its step."""
    return [_as_noted(one) if one.child else one for one in list(_under_way)]


def _as_noted(one: Step) -> Step:
    assert one.child is not None
    with suppress(OSError, ValueError):
        what, total, done = one.child.read_text(encoding="utf-8").split("\n")
        one.what, one.total, one.done = what, float(total) or None, float(done)
    return one


def note_into(path: Path) -> None:
    """In a child process: note from now on how far it is, for the parent's step to read."""
    global _notebook
    _notebook = _Notebook(path)


def file_size(path: Path) -> float:
    """Bytes of a file, at least 1: the measure of work on files; 1 for one that is not there."""
    try:
        return max(path.stat().st_size, 1)
    except OSError:
        return 1
