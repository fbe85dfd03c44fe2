"""A new workspace: folders, settings, an example that works, and a line for cron."""

from __future__ import annotations

from pathlib import Path

from mtool.areas import find_country
from mtool.errors import UsageError
from mtool.whole_files import told_in_a_sentence, write_whole

SETTINGS_TEXT = """\
# Settings of this mtool workspace. mtool config shows each one and where it comes from.
# Every night at three, from cron, which mails what is printed when something is wrong:
#   0 3 * * *  cd {folder} && mtool run >.run.log 2>&1 || cat .run.log
{country}
"""

EXAMPLE = """\
region;2021;2022
Kayes;1;0
Ségou;12;21
Mopti;33;35
Total;46;56
"""
EXAMPLE_PATH = Path("examples/mali_incidents.csv")


def make_workspace(folder: Path, country: str = "") -> list[Path]:
    """Make what is missing and overwrite nothing; return what was made.

    The example stands outside `data/raw`, so that its figures never join anybody's own.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: a file; a workspace is a folder")
    code = ""
    if country:
        code = find_country(country) or ""
        if not code:
            raise UsageError(f"no country {country!r}; give its alpha-3 code, such as MLI")
    made = []
    with told_in_a_sentence(target=folder):
        for part in ("data/raw", "data/clean", "schemas", "examples"):
            if not (folder / part).is_dir():
                (folder / part).mkdir(parents=True)
                made.append(folder / part)
        line = f'country = "{code}"' if code else '# country = "MLI"'
        text = SETTINGS_TEXT.format(folder=folder.absolute(), country=line)
        made += _write_new(folder / "mtool.toml", text)
        made += _write_new(folder / EXAMPLE_PATH, EXAMPLE)
    return made


def _write_new(path: Path, text: str) -> list[Path]:
    if path.exists():
        return []
    write_whole(path, text)
    return [path]
