"""Text for cron and systemd that runs a workspace by its plan."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from mtool.pipeline.run_plan import RunPlan
from mtool.workspace import Workspace

ON_CALENDAR = {"hour": "*-*-* *:{m}:00", "day": "*-*-* {h}:{m}:00", "week": "Mon *-*-* {h}:{m}:00"}
CRON = {"hour": "{m} * * * *", "day": "{m} {h} * * *", "week": "{m} {h} * * 1"}


def program() -> str:
    """The `mtool` that is running now, by its full path: cron and systemd know no PATH."""
    beside = Path(sys.executable).with_name("mtool")
    return str(beside) if beside.is_file() else "mtool"


def command_of(workspace: Workspace, plan: RunPlan) -> list[str]:
    """The words of the command that a schedule runs."""
    named = [plan.name] if plan.name else []
    return [program(), "run", *named, "--workspace", str(workspace.root), "--quiet"]


def cron_text(workspace: Workspace, plan: RunPlan) -> str:
    """A crontab line; cron mails what it prints, so that a clean run is silent.

    `%` means a new line to cron and is escaped.
    """
    hour, minute = plan.at.split(":")
    when = CRON[plan.every].format(h=int(hour), m=int(minute))
    log = shlex.quote(str(workspace.state / "last-run.txt"))
    run = shlex.join(command_of(workspace, plan))
    line = f"{run} > {log} 2>&1 || cat {log}".replace("%", "\\%")
    name = f" {plan.name}" if plan.name else ""
    return f"# mtool run{name}: mails when somebody should look\n{when}  {line}\n"


def systemd_text(workspace: Workspace, plan: RunPlan) -> str:
    """A service and a timer, to be saved under the names in their first lines."""
    name = f"mtool-{plan.name or workspace.root.name}"
    hour, minute = plan.at.split(":")
    when = ON_CALENDAR[plan.every].format(h=hour, m=minute)
    run = " ".join(_quoted(word) for word in command_of(workspace, plan))
    return f"""\
# /etc/systemd/system/{name}.service
[Unit]
Description=mtool run in {_escaped(str(workspace.root))}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={run}

# /etc/systemd/system/{name}.timer
[Unit]
Description=When mtool runs in {_escaped(str(workspace.root))}

[Timer]
OnCalendar={when}
Persistent=true

[Install]
WantedBy=timers.target
"""


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(word: str) -> str:
    """A word of ExecStart: systemd reads specifiers, variables, quotes and backslashes in it."""
    text = _escaped(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{text}"' if any(c in text for c in " \t\"'\\;") else text
