"""Files that were put into a command's options: Discord forgets them soon, so their bytes are kept at once.

What they are is looked at here by their first bytes only, for an answer at once; they are opened where a hostile file
does no harm, when the picture is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bots.discord.commands import Attachment
from bots.discord.desk import Desk
from core.errors import DeliveryError, UnusableImage
from core.images.opening import FILE_BYTES_MAX, check_file, speak_of
from core.model import ImageRef


async def take(desk: Desk, event: str, files: Mapping[str, Attachment], person: int) -> dict[str, ImageRef]:
    """Keep the files of one event of a person's, by their options. The same event again gives the same references.

    Raises `UnusableImage` with what is wrong with which file; then nothing is kept under the event.
    """
    if not files:
        return {}
    for file in files.values():
        _check_size(file)
    # One after the other: a burst of commands with five large files each must fit into memory.
    blobs = [await _fetched(desk, file) for file in files.values()]
    named = [(blob, file.name) for blob, file in zip(blobs, files.values(), strict=True)]
    kept = await desk.records.keep(event, named, person=person)
    return {
        option: replace(each.ref(), size=file.size) for (option, file), each in zip(files.items(), kept, strict=True)
    }


def _check_size(file: Attachment) -> None:
    if file.size_bytes > FILE_BYTES_MAX:
        megabytes = -(-file.size_bytes // 1_000_000)
        raise UnusableImage(
            f"{speak_of(file.name)} has {megabytes} MB; Easel reads up to 50 MB.", "Send a smaller copy."
        )


async def _fetched(desk: Desk, file: Attachment) -> str:
    spoken = speak_of(file.name)
    try:
        data = await desk.rest.download(file.url, bytes_max=FILE_BYTES_MAX)
    except DeliveryError as error:  # whose own sentence speaks of a picture of ours that is kept
        raise UnusableImage(f"{spoken} could not be fetched from Discord.", "Give the command again.") from error
    check_file(data, spoken)
    return (await desk.blobs.put(data)).key
