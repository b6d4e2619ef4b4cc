"""What administration does by itself, now and then: alerts are told in their channels, refusals are written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import structlog

from core.administration.alerts import Alert, Alerts
from core.administration.reports import Refusals
from core.errors import DeliveryError, Later
from core.ports import PlatformAdapter

log = structlog.get_logger()


@runtime_checkable
class Announces(Protocol):
    """What a `PlatformAdapter` may offer besides: words of Easel's own in a channel, that answer nobody."""

    async def announce(self, workspace: str, channel: str, sentence: str) -> None:
        """Post it for all there, without calling anybody; people are named in it as `user:1`. Raises `DeliveryError`.

        `workspace` and `channel` are as the platform names them.
        """
        ...


class Telling:
    """Of a running Easel. Several of them for one database tell an alert once."""

    def __init__(self, alerts: Alerts, refusals: Refusals, adapters: Mapping[str, PlatformAdapter]) -> None:
        self._alerts = alerts
        self._refusals = refusals
        self._adapters = adapters

    async def turn(self) -> None:
        """To be called about once a minute."""
        await self._refusals.write()
        for alert in await self._alerts.due():
            adapter: object = self._adapters.get(alert.platform)
            if isinstance(adapter, Announces) and await self._alerts.told(alert):
                await self._announced(adapter, alert)

    async def settled(self) -> None:
        """In the end: what is counted is written down."""
        await self._refusals.write()

    async def _announced(self, adapter: Announces, alert: Alert) -> None:
        try:
            await adapter.announce(alert.workspace, alert.channel, alert.sentence)
        except Later as error:  # the next turn tries it again
            log.info("alert_later", platform=alert.platform, percent=alert.percent, why=error.what)
            await self._alerts.untold(alert)
        except DeliveryError as error:  # the channel is gone, or closed to Easel: /usage says it all the same
            log.warning(
                "alert_lost", platform=alert.platform, workspace=alert.workspace, channel=alert.channel, code=error.code
            )
        else:
            log.info("alert_told", platform=alert.platform, percent=alert.percent)
