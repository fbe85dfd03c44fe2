"""Ask pip-audit for known vulnerabilities of every locked dependency, and say what could not be asked.

    python tools/audit_dependencies.py PIP_AUDIT

Ends with 1 where a vulnerability is known. Without a network nothing can be known: that is said, and ends
with 0, so that an offline build goes on.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCKED = Path(__file__).parent.parent / "requirements" / "test.txt"


def main(pip_audit: str) -> int:
    words = ["-r", str(LOCKED), "--require-hashes", "--disable-pip", "-f", "json"]
    try:
        done = subprocess.run([pip_audit, *words], capture_output=True, text=True)
        found = json.loads(done.stdout)["dependencies"]
    except (OSError, ValueError) as error:
        print(f"audit SKIPPED: pip-audit gave no answer ({error}); is there a network?")
        return 0
    asked = [one for one in found if "skip_reason" not in one]
    bad = [one for one in asked if one["vulns"]]
    for one in bad:
        for known in one["vulns"]:
            fixed = ", ".join(known["fix_versions"]) or "no version yet"
            print(f"{one['name']} {one['version']}: {known['id']}, mended in {fixed}")
    if not asked:
        print(f"audit SKIPPED: none of {len(found)} dependencies could be asked about")
    else:
        unasked = f"; {len(found) - len(asked)} could NOT be asked about" * (asked != found)
        print(f"{len(bad)} of {len(asked)} dependencies have known vulnerabilities{unasked}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
