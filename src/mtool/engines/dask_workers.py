"""Dask distributed as the workers of the cluster engine; scheduling, shuffling, retries are Dask's.

Another system takes its place by giving the same three methods: of Spark, `each` is `mapInArrow`
over a frame of parts, `results` a `toLocalIterator`, and `meet` a `groupBy(...).applyInArrow`.
"""

from __future__ import annotations

import logging
import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from mtool.errors import MissingExtra, TryAgainLater, UsageError

if TYPE_CHECKING:
    import pandas as pd

    FrameWork = Callable[[pd.DataFrame], pd.DataFrame]

#: How long a scheduler, and the first of its workers, may take to answer.
PATIENCE_S = 20
#: The types of what is brought together: a hash to part it by, the key itself, and its line.
KEY_TYPES = {"hash": "uint64", "key": "str", "line": "int64"}


class Workers(Protocol):
    """What the cluster engine asks of a system that runs work on several machines."""

    def each(self, work: Callable[[Any], Sequence[Any]], items: Sequence[Any]) -> Any:
        """Begin some work on each item, wherever there is room; what each gives stays there."""

    def results(self, begun: Any, at: int = 0) -> Iterator[Any]:
        """One element of what each item gave, in the order of the items."""

    def meet(self, begun: Any, at: int, work: FrameWork) -> Callable[[], pd.DataFrame]:
        """Begin to bring the rows of frames with the same `hash` together, and work on what met.

        The frames are element `at` of what each item gave, of the columns `KEY_TYPES`. Call what
        is given back to wait for all that the work made.
        """


@dataclass(frozen=True)
class DaskWorkers:
    """The workers of one Dask scheduler, through a connected client."""

    client: Any

    def each(self, work: Callable[[Any], Sequence[Any]], items: Sequence[Any]) -> Any:
        return self.client.map(work, list(items), pure=False)

    def results(self, begun: Any, at: int = 0) -> Iterator[Any]:
        taken = self.client.map(operator.itemgetter(at), begun, pure=False)
        for future in taken:
            yield self._outcome(future)

    def meet(self, begun: Any, at: int, work: FrameWork) -> Callable[[], pd.DataFrame]:
        import dask.dataframe as dd
        import pandas as pd

        frames = self.client.map(operator.itemgetter(at), begun, pure=False)
        empty = pd.DataFrame({n: pd.Series(dtype=kind) for n, kind in KEY_TYPES.items()})
        rows = dd.from_delayed(frames, meta=empty, verify_meta=False)
        met = rows.shuffle("hash", npartitions=len(frames)).map_partitions(work, meta=work(empty))
        return partial(self._outcome, self.client.compute(met))

    def _outcome(self, future: Any) -> Any:
        from distributed import KilledWorker

        try:
            return future.result()
        except KilledWorker as error:
            raise TryAgainLater(
                f"workers died again and again on the same work ({error}); more memory for each, or "
                "fewer threads, may help"
            ) from None


@contextmanager
def dask_workers(address: str) -> Iterator[DaskWorkers]:
    """Workers at the address of a scheduler; processes of this machine where there is no address.

    Raises `UsageError` for what is no address and for workers without this mtool, `TryAgainLater`
    where nobody answers.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise MissingExtra("the cluster engine", "cluster") from None
    logging.getLogger("distributed").setLevel(logging.ERROR)
    if not address:
        with (
            LocalCluster(  # type: ignore[no-untyped-call]
                processes=True,
                threads_per_worker=1,
                dashboard_address=None,
                silence_logs=logging.ERROR,
            ) as cluster,
            Client(cluster) as client,  # type: ignore[no-untyped-call]
        ):
            yield DaskWorkers(client)
        return
    if not address.startswith(("tcp://", "tls://")):
        raise UsageError(
            f"--cluster {address!r}: expected the address of a Dask scheduler, tcp://HOST:PORT"
        )
    try:
        client = Client(address, timeout=PATIENCE_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise TryAgainLater(
            f"{address}: no Dask scheduler answers ({error}); start one with: dask scheduler"
        ) from None
    with client:
        _refuse_strangers(client, address)
        yield DaskWorkers(client)


def _refuse_strangers(client: Any, address: str) -> None:
    """Every worker must run this version of mtool, or its findings would not be the same."""
    from mtool import __version__

    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError:
        raise TryAgainLater(
            f"{address}: the scheduler has no workers; start some with: dask worker {address}"
        ) from None
    found = client.run(_version_here, on_error="return")
    for worker, version in found.items():
        if version != __version__:
            said = f"mtool {version}" if isinstance(version, str) else f"no mtool ({version})"
            raise UsageError(
                f"{address}: the worker {worker} has {said}; install mtool {__version__} there"
            )


def _version_here() -> str:
    from mtool import __version__

    return __version__
