"""One Microsoft cloud in a box: its store, clock, faults and habits, shared by every page it serves."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections import Counter

from sandbox.faults import Fault
from sandbox.late import Late
from sandbox.recording import Call, Recorder
from sandbox.store import Store

WRITES = {"POST", "PUT", "PATCH", "DELETE"}


class Clock:
    """Real time plus a shift that tests move; never backwards."""

    def __init__(self) -> None:
        self.shift = dt.timedelta()

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.shift

    def advance(self, **delta: float) -> None:
        self.shift += dt.timedelta(**delta)


@dataclasses.dataclass
class Habits:
    """How the sandbox behaves. The defaults are quick and kind; tests and `make demo` choose worse ones.

    lag           reads of a new object that answer 404 before it is found, at each endpoint (facts 16.11)
    lag_of        the same for single collections, as {"groups": 4}
    flap          answer 404 once more after the first good read
    page_size     of every collection (facts 16.5)
    latency       seconds every call takes
    slow_elm      reads an entitlement request takes from submitted to delivered (facts 16.12, 16.13)
    undelivered   share of entitlement requests that end failed or partly delivered (facts 16.12, 16.13)
    vague         share of entitlement management's 400s without code and words (facts 16.6)
    writes        a tenant may make in 150 seconds, 0 as many as it likes (facts 16.7)
    rules_after   seconds until a dynamic group has whom its rule names (facts 16.16)
    conditional   calls to conditional access a tenant may make in a second; Microsoft's is 1 (facts 12.2)
    arm_bucket    calls to a subscription that Azure has room for, of one caller and sort; 0 as it is usual
    slow_arm      reads that a long operation of Azure takes, such as a deployment
    retry_after   seconds Azure asks to wait before the next look at one
    cuts_shared   1: ending one of two delegations that share a principal and its role ends both (A3: it can)
    delegated_after  seconds until a managing tenant knows of a new delegation (azure facts 0.5: up to 900)
    """

    lag: int = 0
    lag_of: dict[str, int] = dataclasses.field(default_factory=dict)
    flap: bool = False
    page_size: int = 3
    latency: float = 0.0
    slow_elm: int = 0
    undelivered: float = 0.0
    vague: float = 0.0
    writes: int = 0
    conditional: int = 0
    rules_after: float = 60
    arm_bucket: int = 0
    slow_arm: int = 0
    retry_after: int = 1
    cuts_shared: int = 0
    delegated_after: float = 0


class Cloud:
    """Everything the routes share. `origin` is where it is served, as https://localhost:8443."""

    def __init__(self, store: Store, origin: str, *, seed: int = 0) -> None:
        self.store = store
        self.origin = origin
        self.clock = Clock()
        self.habits = Habits()
        self.faults: list[Fault] = []
        self.spent_on: dict[tuple[str, str], list[dt.datetime]] = {}
        """(tenant, budget) → moments of its last calls; what throttling counts."""
        self.buckets: dict[tuple[str, str, str], tuple[float, float]] = {}
        """(subscription, caller, sort of call) → what was left, and when; what Azure's throttling counts."""
        self.late: list[Late] = []
        """Writes still on their way."""
        self.calls: list[Call] = []
        self.let_through: dict[tuple[str, str], set[frozenset[str]]] = {}
        """By tenant and app: which of its permissions would each have done for a call."""
        """(method, path, status) of every call, the control pages excepted; status None where it was cut."""
        self.recorder: Recorder | None = None
        self.spent: set[str] = set()
        """Authorization codes already used, by their `uti`."""
        self.devices: dict[str, dict[str, str]] = {}
        """Codes that programs show for signing in elsewhere, with who chose them; see device.py."""
        self.random = random.Random(seed)
        self.signing_key = b""
        """PEM; server.py sets it from the pki folder."""
        self.reads: dict[tuple[str, str, str], int] = {}
        """(tenant, collection, id) → reads since it was made, wherever; 0 is as if made just now."""
        self.reads_at: dict[tuple[str, str, str], Counter[str]] = {}
        """The same by endpoint: each has a replica of its own, and lag and flap count for each alone."""

    def begin_to_count(self, tid: str, collection: str, id: str) -> None:
        """Its reads, from now on, so that what is new can lag (facts 16.11)."""
        self.reads[tid, collection, id] = 0

    def lags(self, tid: str, collection: str, id: str, where: str) -> bool:
        """A new object is absent for `lag` reads of an endpoint, and may flap after the first good one."""
        key = (tid, collection, id)
        if key not in self.reads:
            return False
        if not self.reads[key]:
            self.reads_at[key] = Counter()
        before = self.reads_at[key][where]
        self.reads[key] += 1
        self.reads_at[key][where] += 1
        lag = self.habits.lag_of.get(collection, self.habits.lag)
        return before < lag or (self.habits.flap and before == lag + 1)

    def writes(self) -> int:
        """Calls to Graph and Azure that could change something; a $batch counts as one."""
        return sum(call.method in WRITES and changes(call.path) for call in self.calls)


def changes(path: str) -> bool:
    """Azure is also asked by POST what a template would do."""
    arm = path.startswith("/subscriptions/") and not path.endswith(("/validate", "/whatIf"))
    return arm or path.startswith(("/v1.0/", "/beta/"))
