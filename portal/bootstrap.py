"""Makes the environment `.venv/` with the pinned dependencies, or says in a sentence why it cannot.

Runs on the system's Python before anything is installed: standard library only, and written so that an old
Python can read it far enough to be told that it is too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys

MINIMUM_PYTHON = (3, 11)
# The environment with development tools takes about 500 MB; pip unpacks beside it.
NEEDED_MEGABYTES = 900

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")


def main(requirement_names):
    """Install each named requirements file once; quick when nothing changed."""
    check_python()
    missing = [name for name in requirement_names if not is_installed(name)]
    if not missing:
        return
    check_disk()
    python = os.path.join(VENV, "bin", "python")
    if not works(python):
        print("Making the Python environment in .venv/ ...", flush=True)
        run(
            [sys.executable, "-m", "venv", "--clear", VENV],
            "The Python environment could not be made. On Debian and Ubuntu: apt-get install python3-venv",
        )
    for name in missing:
        print("Installing {} (about half a minute the first time) ...".format(name), flush=True)
        run(
            [
                python,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--require-hashes",
                "-r",
                os.path.join(ROOT, name),
            ],
            "The packages of {} could not be installed. Is there a network, and room on the disk? Nothing is lost: run the command again.".format(
                name
            ),
        )
        with open(stamp_of(name), "w") as file:
            file.write(fingerprint(name))


def check_python():
    if sys.version_info < MINIMUM_PYTHON:
        stop(
            "Python {}.{} or newer is needed; this is {}.{}. Name a newer one: make run PYTHON=python3.12".format(
                *(MINIMUM_PYTHON + tuple(sys.version_info[:2]))
            )
        )


def check_disk():
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < NEEDED_MEGABYTES:
        stop(
            "The disk is full: {} MB are free below {}, {} MB are needed. Free some room and run the command again.".format(
                free, ROOT, NEEDED_MEGABYTES
            )
        )


def works(python):
    """Whether the environment's Python starts and is new enough (the system's may have been upgraded)."""
    try:
        return (
            subprocess.call(
                [python, "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"], stderr=subprocess.DEVNULL
            )
            == 0
        )
    except OSError:
        return False


def is_installed(name):
    try:
        with open(stamp_of(name)) as file:
            return file.read() == fingerprint(name)
    except OSError:
        return False


def stamp_of(name):
    return os.path.join(VENV, "installed-{}".format(name))


def fingerprint(name):
    with open(os.path.join(ROOT, name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def run(command, sentence):
    if subprocess.call(command) != 0:
        stop(sentence)


def stop(sentence):
    sys.stderr.write("\n" + sentence + "\n")
    sys.exit(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
