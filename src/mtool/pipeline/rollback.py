"""An earlier state of `data/clean` brought back, and held until an input changes."""

from __future__ import annotations

from mtool.pipeline.fingerprint import fingerprint
from mtool.pipeline.history import RunRecord, new_run_id, read_runs, record_run, timestamp
from mtool.pipeline.locks import only_run
from mtool.pipeline.publishing import publish, recover
from mtool.pipeline.standing import inputs_of
from mtool.pipeline.states import drop_unpublished, find_state, keep_unknown, restore_state
from mtool.whole_files import told_in_a_sentence
from mtool.workspace import Workspace


def roll_back(workspace: Workspace, run: str, wait: float = 0) -> tuple[str, bool]:
    """Bring the state that a run made back; return its full id, and whether anything changed.

    Later runs leave it alone until an input changes, or one is forced. Raises `UsageError` for a
    run whose state is not kept, `UnreadableInput` where a kept file is damaged.
    """
    with only_run(workspace, wait), told_in_a_sentence():
        recover(workspace)
        drop_unpublished(workspace, [known.run for known in read_runs(workspace)])
        state = find_state(workspace, run)
        this = new_run_id()
        done = publish(
            workspace,
            lambda folder: restore_state(workspace, state, folder),
            lambda _: keep_unknown(workspace, this),
        )
        record_run(
            workspace,
            RunRecord(
                this,
                timestamp(),
                "rollback",
                changed=done.changed,
                inputs=fingerprint(inputs_of(workspace)),
                restored=state.run,
            ),
        )
        return state.run, done.changed
