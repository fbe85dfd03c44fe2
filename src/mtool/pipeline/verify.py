"""Everything that is kept, hashed again: raw files, `data/clean`, and the kept states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mtool.clean import read_sources
from mtool.datasets import read_manifest
from mtool.errors import MtoolError
from mtool.one_publication import of_one_publication
from mtool.passport import passport_path, read_passport
from mtool.pipeline.mending import right_state
from mtool.pipeline.standing import inputs_of
from mtool.pipeline.states import State, kept_states, object_path
from mtool.sources.landing import recorded
from mtool.whole_files import tree_hashes
from mtool.workspace import Workspace, sha256_of


@dataclass(frozen=True, slots=True)
class Verified:
    """One thing that was looked at. `state` is good, old, changed, missing or damaged.

    Only `missing` and `damaged` are failures: `old` and `changed` are for a person to know.
    """

    what: str
    path: str
    state: str
    detail: str = ""

    @property
    def failed(self) -> bool:
        return self.state in ("missing", "damaged")


@of_one_publication
def verify(workspace: Workspace) -> list[Verified]:
    """Look at everything; nothing is changed, and nobody is waited for."""
    return [*_clean(workspace), *_raw(workspace), *_fetched(workspace), *_kept(workspace)]


def _clean(workspace: Workspace) -> Iterator[Verified]:
    where = workspace.relative(workspace.clean)
    try:
        manifest = read_manifest(workspace)
    except MtoolError as error:
        yield Verified("clean", f"{where}/manifest.json", "damaged", str(error))
        return
    if not manifest:
        if kept_states(workspace) or tree_hashes(workspace.clean):
            yield Verified("clean", where, "missing", "no manifest; derive it with: mtool run")
        return
    hashes = tree_hashes(workspace.clean)
    for dataset in manifest.get("datasets", {}).values():
        found = hashes.get(dataset["path"])
        state = "good" if found == dataset["sha256"] else "damaged" if found else "missing"
        yield Verified("dataset", f"{where}/{dataset['path']}", state)
    yield _whole(workspace, where, manifest.get("inputs") == inputs_of(workspace))


def _whole(workspace: Workspace, where: str, is_current: bool) -> Verified:
    """Which kept state `data/clean` is, byte for byte."""
    states = kept_states(workspace)
    if not states:
        return Verified("clean", where, "good" if is_current else "old", "no states are kept yet")
    state = right_state(workspace)
    if state is None:
        return Verified("clean", where, "damaged", _unlike(states, tree_hashes(workspace.clean)))
    said = f"the state of {state.run}"
    if is_current:
        return Verified("clean", where, "good", said)
    return Verified("clean", where, "old", f"{said}; inputs have changed since: mtool run")


def _unlike(states: list[State], found: Mapping[str, str]) -> str:
    """Which files are not those of the state that `data/clean` is nearest to."""
    made = [state for state in states if not state.was_put_aside] or states
    nearest = max(made, key=lambda state: (len(state.files.items() & found.items()), state.order))
    odd = {name for name, _ in nearest.files.items() ^ found.items()}
    return (
        "byte for byte none of the states that runs made; not as in "
        f"{nearest.run}: {', '.join(sorted(odd))}"
    )


def _raw(workspace: Workspace) -> Iterator[Verified]:
    known = set()
    for raw in workspace.raw_files():
        path = workspace.relative(raw)
        known.add(path)
        if not passport_path(raw).is_file():
            yield Verified("raw", path, "changed", "no passport yet: mtool run")
            continue
        try:
            written_for = read_passport(passport_path(raw)).sha256
        except MtoolError as error:
            yield Verified("passport", f"{path}.passport.yaml", "damaged", str(error))
            continue
        same = written_for in ("", sha256_of(raw))
        yield Verified(
            "raw", path, "good" if same else "changed", "" if same else "not as its passport says"
        )
    try:
        published = read_sources(workspace)
    except MtoolError as error:
        yield Verified("clean", workspace.relative(workspace.clean), "damaged", str(error))
        return
    for row in published:
        if row["path"] not in known:
            yield Verified("raw", row["path"], "missing", f"{row['id']} was published from it")


def _fetched(workspace: Workspace) -> Iterator[Verified]:
    """What was fetched, by what is remembered of it."""
    try:
        records = recorded(workspace)
    except MtoolError as error:
        where = workspace.relative(workspace.state / "fetched.json")
        yield Verified("fetched", where, "damaged", str(error))
        return
    for path, record in sorted(records.items()):
        raw, since = workspace.root / path, f"fetched {record.retrieved} from {record.source}"
        if not raw.is_file():
            yield Verified("fetched", path, "missing", since)
        elif sha256_of(raw) != record.sha256:
            yield Verified("fetched", path, "changed", f"not as {since}")
        else:
            yield Verified("fetched", path, "good", since)


def _kept(workspace: Workspace) -> Iterator[Verified]:
    """Every kept state, by the worst of its files; a file of several states is hashed once."""
    good: dict[str, bool] = {}
    for state in kept_states(workspace):
        for digest in state.files.values():
            path = object_path(workspace, digest)
            if digest not in good:
                good[digest] = path.is_file() and sha256_of(path) == digest
        lost = [name for name, digest in state.files.items() if not good[digest]]
        detail = f"cannot be brought back: {', '.join(lost)}" if lost else ""
        yield Verified("state", state.run, "damaged" if lost else "good", detail)
