"""What upkeep does for administrators once a minute, as another process on the same database would do it."""

from __future__ import annotations

from collections.abc import Sequence

from core.administration.alerts import Alerts
from core.administration.office import Office
from core.administration.telling import Telling
from core.clock import SystemClock
from core.ports import Database, PlatformAdapter
from core.quota import Limit


def telling(database: Database, adapter: PlatformAdapter, limits: Sequence[Limit] = ()) -> Telling:
    """With this platform only."""
    clock = SystemClock()
    office = Office.over(database, clock)
    alerts = Alerts(database, office.policies, lambda: limits, clock)
    return Telling(alerts, office.refusals, {adapter.platform: adapter})
