"""Virtual environments for the scripts beside this file: one for each, with pinned versions, made when first used."""

import os
import subprocess
import sys
from pathlib import Path


def enter(script, pinned):
    """Runs `script` again with `pinned` packages (scripts/.venv/NAME), unless that is where it runs already."""
    script = Path(script).resolve()
    venv = script.parent / ".venv" / script.stem
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = venv / "pinned.txt"
    wanted = "\n".join(pinned)
    if not stamp.exists() or stamp.read_text() != wanted:
        print("making", venv, file=sys.stderr)
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *pinned], check=True)
        except subprocess.CalledProcessError:
            print(f"{script.name} needs {', '.join(pinned)}, which could not be installed", file=sys.stderr)
            sys.exit(2)
        stamp.write_text(wanted)
    if Path(sys.prefix).resolve() != venv.resolve():
        sys.exit(subprocess.run([python, script, *sys.argv[1:]]).returncode)
