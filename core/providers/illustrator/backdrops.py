"""All backdrops by their settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.providers.illustrator.indoors import INDOORS
from core.providers.illustrator.interiors import INTERIORS
from core.providers.illustrator.outdoors import OUTDOORS
from core.providers.illustrator.places import PLACES
from core.providers.illustrator.scene import Setting
from core.providers.illustrator.site import Painted, Site

BACKDROPS: Mapping[Setting, Callable[[Site], Painted]] = OUTDOORS | INDOORS | PLACES | INTERIORS
