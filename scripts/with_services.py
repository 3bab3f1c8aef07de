"""Run a command beside servers of its own: PostgreSQL, Redis and an S3 look-alike, all on loopback, all thrown away.

    .venv/bin/python scripts/with_services.py [--postgresql] [--redis] [--s3] COMMAND [ARGUMENT ...]

The command finds DATABASE_URL, REDIS_URL and STORAGE_URL in its environment. Its exit code is ours.
"""

import argparse
import logging
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

BUCKET = "market"
# Only a power cut would need these; the cluster does not outlive the command.
POSTGRESQL_SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def main() -> int:
    """Start what was asked for, run the command, stop everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in SERVICES:
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    environ = dict(os.environ)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="market-services-")))
        folder.chmod(0o755)
        for name, service in SERVICES.items():
            if getattr(asked, name):
                environ |= stack.enter_context(service(folder))
        return subprocess.run(asked.command, env=environ, check=False).returncode


@contextmanager
def postgresql(folder: Path) -> Iterator[dict[str, str]]:
    """A cluster with one database; its server may not be root, so root lends it another user."""
    data, port = folder / "postgresql", free_port()
    data.mkdir()
    owner = server_user()
    if owner:
        os.chown(data, owner.pw_uid, owner.pw_gid)
    tools = postgresql_tools()
    run_as(
        owner, [tools / "initdb", "-D", data, "-U", "market", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    )
    options = [f"-c {option}" for option in POSTGRESQL_SPEED]
    options += [f"-p {port}", "-c listen_addresses=127.0.0.1", f"-c unix_socket_directories={data}"]
    control = [tools / "pg_ctl", "-D", data, "-w", "-l", data / "log"]
    run_as(owner, [*control, "-o", " ".join(options), "start"])
    try:
        yield {"DATABASE_URL": f"postgresql://market@127.0.0.1:{port}/postgres"}
    finally:
        run_as(owner, [*control, "-m", "immediate", "stop"])


@contextmanager
def redis(folder: Path) -> Iterator[dict[str, str]]:
    """A server that keeps nothing on disk."""
    port = free_port()
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(
        [required("redis-server"), *arguments, "--dir", folder],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    finally:
        server.terminate()
        server.wait()


@contextmanager
def s3(folder: Path) -> Iterator[dict[str, str]]:
    """An S3 look-alike with one bucket, in this process."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "AWS_DEFAULT_REGION": "us-east-1"}
    os.environ |= keys
    boto3.client("s3", endpoint_url=f"http://{host}:{port}").create_bucket(Bucket=BUCKET)
    try:
        yield {**keys, "STORAGE_URL": f"s3://{BUCKET}/tests?endpoint=http://{host}:{port}"}
    finally:
        server.stop()


SERVICES = {"postgresql": postgresql, "redis": redis, "s3": s3}


def postgresql_tools() -> Path:
    """The folder with initdb and pg_ctl; Debian keeps them off the PATH, one folder per version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else Path(required("initdb")).parent


def required(program: str) -> str:
    """Where `program` is. Ends this process with a sentence if it is not installed."""
    where = shutil.which(program)
    if where is None:
        sys.exit(f"{program} is not installed; see «Tests» in CONTRIBUTING.md")
    return where


def server_user() -> pwd.struct_passwd | None:
    """Who runs the server when we are root: postgres if there is one, else nobody; None means ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def run_as(owner: pwd.struct_passwd | None, command: list[object]) -> None:
    """Run `command` silently, as `owner` if given. Raises CalledProcessError with what it said."""
    identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    # Output goes to a file: a pipe would be held open by the server that pg_ctl leaves behind.
    with tempfile.TemporaryFile() as said:
        ended = subprocess.run(
            list(map(str, command)),
            cwd="/",
            stdout=said,
            stderr=said,
            check=False,
            **identity,  # type: ignore[call-overload]
        )
        if ended.returncode:
            said.seek(0)
            sys.exit(f"{command[0]} failed: {said.read().decode(errors='replace')}")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Return as soon as something listens on `port`; give up after about five seconds."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.settimeout(0.05)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
            subprocess.run(["sleep", "0.05"], check=True)
    sys.exit(f"nothing listens on port {port}")


if __name__ == "__main__":
    sys.exit(main())
