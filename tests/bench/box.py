"""A sandbox in a process of its own, as Microsoft is: what it computes is not counted as ours.

`python -m tests.bench.box FOLDER CUSTOMERS` serves until its standard input ends; each line of that is the
name of a template's file, which Northwind's administrator deploys there.
"""

from __future__ import annotations

import ssl
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from sandbox import certificates, seed
from sandbox.cloud import Cloud
from sandbox.faults import is_arm
from sandbox.server import Running
from sandbox.store import Store
from tests.bench import administrator

ROOT = Path(__file__).parents[2]
DEPLOYED = "deployed"


class Box:
    """`with Box(folder) as box:`; its credentials and certificates are in the folder."""

    def __init__(self, folder: Path, customers: int = 0) -> None:
        self.pki, self.folder, self.customers = certificates.ensure(folder / "pki"), folder, customers

    def __enter__(self) -> Box:
        command = [sys.executable, "-m", "tests.bench.box", str(self.folder), str(self.customers)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, **pipes)
        self.origin = self.process.stdout.readline().strip()
        self.trusted = ssl.create_default_context(cafile=self.pki / "ca.pem")
        self.http = httpx.Client(
            base_url=f"{self.origin}/_sandbox", verify=self.trusted, trust_env=False, timeout=60
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
        self.process.stdin.close()
        self.process.wait(10)

    def takes(self, seconds: float) -> None:
        """How long every call of Graph takes from now on."""
        self.http.post("/habits", json={"latency": seconds}).raise_for_status()

    def forget(self) -> None:
        self.http.delete("/calls").raise_for_status()

    def graph_calls(self) -> int:
        return sum(path.startswith("/v1.0/") for path in self._paths())

    def azure_calls(self) -> int:
        return sum(map(is_arm, self._paths()))

    def _paths(self) -> list[str]:
        return [path for _, path, _ in self.http.get("/calls").raise_for_status().json()["calls"]]

    def deploy(self, template: Path) -> None:
        """As Northwind's administrator does it, in the process that plays Microsoft."""
        self.process.stdin.write(f"{template}\n")
        self.process.stdin.flush()
        if self.process.stdout.readline().strip() != DEPLOYED:
            raise SystemExit("the sandbox did not deploy the template")


def serve(folder: Path, customers: int) -> None:
    cloud = Cloud(Store(), "")
    cloud.habits.page_size = 100
    seed.demo(cloud, folder)
    administrator.let_in(cloud, seed.TRUST)
    for number in range(customers):
        customer(cloud, number)
    with Running(cloud, folder / "pki") as origin:
        print(origin, flush=True)
        for template in sys.stdin:
            administrator.deploy(cloud, Path(template.strip()))
            print(DEPLOYED, flush=True)


def customer(cloud: Cloud, number: int) -> None:
    """A customer that is ready to be onboarded."""
    tid, name = f"00430000-0000-4000-8000-{number:012x}", domain(number)
    seed.tenant(cloud, tid, f"Northwind {number}", name, [seed.ENTRA_P1, seed.ENTRA_P2])
    seed.customer_people(cloud, tid, name, f"44{number:04x}")
    seed.consent(cloud, tid)


def domain(number: int) -> str:
    return f"northwind-{number}"


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
