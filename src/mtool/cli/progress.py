"""Progress with the time left, for work of more than a second, on a terminal only."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from mtool.language import figure, translated
from mtool.progress import Step, under_way
from mtool.visible_text import visible_line

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID

#: Seconds before anything is shown: most commands end before, and pay nothing.
PATIENCE = 1.0
EVERY = 0.2
#: Letters of what is done; the rest of 80 columns is for the bar and the time.
LONGEST = 40
WORKING = Step("working …")


@contextmanager
def progress_shown(*, wanted: bool = True) -> Iterator[None]:
    """Show on a terminal what is under way while the block lasts; results are written after it."""
    if not wanted or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    ended = threading.Event()
    watching = threading.Thread(target=_watch, args=(ended,), daemon=True)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def _watch(ended: threading.Event) -> None:
    if ended.wait(PATIENCE):
        return
    # A terminal may be closed while work goes on: that is no reason to end it.
    with suppress(OSError), _display() as display:
        tasks: dict[Step, TaskID] = {}
        _update(display, tasks)
        while not ended.wait(EVERY):
            _update(display, tasks)


def _display() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Column

    whole = Column(no_wrap=True)
    return Progress(
        TextColumn("{task.description}", markup=False, table_column=whole),
        BarColumn(bar_width=16),
        TextColumn("{task.fields[time]}", markup=False, table_column=whole),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def _update(display: Progress, tasks: dict[Step, TaskID]) -> None:
    """A line for the work on several things, and one for the innermost step."""
    steps = under_way() or [WORKING]
    shown = [one for one in steps if one.items > 1 or one is steps[-1]]
    for gone in tasks.keys() - set(shown):
        display.remove_task(tasks.pop(gone))
    for one in shown:
        said = _cut(visible_line(translated(one.what)))
        if one not in tasks:
            done = int(one.done)
            tasks[one] = display.add_task(said, total=one.total, completed=done, time="")
        task = next(task for task in display.tasks if task.id == tasks[one])
        display.update(task.id, description=said, total=one.total, completed=one.done)
        display.update(task.id, time=_time(task))


def _time(task: Task) -> str:
    """How much is done and the time left, where that is known; else the time since it is shown."""
    if task.total is None:
        return translated(f"running for {_clock(task.elapsed or 0)}")
    percent = figure(task.percentage, ".0f") + translated("%")
    if task.time_remaining is None:
        return percent
    return f"{percent}, {translated(f'time left {_clock(task.time_remaining)}')}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _cut(text: str) -> str:
    """What fits, with the end of a long name, which tells it from others."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 21]}…{text[-20:]}"
