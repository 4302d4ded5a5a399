"""Whether a package that requirements.txt pins has a known weakness, as OSV.dev knows them.

`python .ci/audit.py [ARGUMENTS of uv audit]`. Exit status: 0 none is known, or nobody could be
asked, and then one line says why; 1 there are some, each with its name.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

PATIENCE_S = 60
LOCK = Path(__file__).parents[1] / "requirements.txt"
PIN = re.compile(r"^([\w.-]+==[^\s;\\]+(?: ; [^\\\n]+)?)", re.MULTILINE)


def audit(arguments: list[str]) -> int:
    """Asks of exactly what the lock pins: uv takes it as the needs of a script."""
    pins = [pin.strip() for pin in PIN.findall(LOCK.read_text("utf-8"))]
    needs = "".join(f"#   {pin!r},\n" for pin in pins)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "pins.py"
        script.write_text(f"# /// script\n# dependencies = [\n{needs}# ]\n# ///\n", "utf-8")
        ask = ["uv", "audit", "--preview-features", "audit-command", "--script", str(script)]
        command = [str(Path(sys.executable).with_name(ask[0])), *ask[1:], *arguments]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            return _skipped(pins, f"no answer within {PATIENCE_S} s")
    said = (done.stdout + done.stderr).strip()
    if done.returncode == 0:
        print(f"audit: no known weakness in {len(pins)} packages")
        return 0
    if done.returncode == 1 and done.stdout.strip():  # what it found; why it could not is on stderr
        print(said, file=sys.stderr)
        return 1
    return _skipped(pins, said.splitlines()[-1] if said else f"uv ended with {done.returncode}")


def _skipped(pins: list[str], why: str) -> int:
    print(f"audit skipped, {len(pins)} packages are not looked at: {why.strip()}")
    return 0


if __name__ == "__main__":
    sys.exit(audit(sys.argv[1:]))
