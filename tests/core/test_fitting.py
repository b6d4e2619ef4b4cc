"""What is posted: kept bytes where they fit, copies where they do not, and never beyond what a place can show."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.fitting import LEAST_COPY_BYTES, fit, share, shorten
from core.model import Capabilities, ImageId, JobId, Operation, Place, PlannedFile, Size, StoredImage

MB = 1_000_000
ROOMY = Capabilities(
    file_bytes=10 * MB,
    message_bytes=25 * MB,
    files=10,
    media_types=frozenset({"image/png", "image/jpeg", "image/webp"}),
    text_characters=2000,
    alt_characters=1024,
    previews=True,
    progress_interval_us=1_000_000,
    ephemeral=True,
)
COPY_REMARK = "This is a copy that fits here. The full-size original is kept: press Details."


def picture(
    number: int, size_bytes: int = MB, media_type: str = "image/png", alt: str = "A lighthouse."
) -> StoredImage:
    size, place = Size(1024, 1024), Place("web", "w", "c")
    return StoredImage(
        id=ImageId(f"{number:032x}"[::-1]), job=JobId("j"), position=number, parent=None, blob=f"{number:064x}",
        media_type=media_type, size=size, size_bytes=size_bytes, alt=alt, prompt="", provider="p", model="m",
        operation=Operation.GENERATE, place=place, author="u", private=False, created_at_us=0,
    )  # fmt: skip


def only(images: list[StoredImage], capabilities: Capabilities) -> list[PlannedFile]:
    (message,) = fit(images, (), capabilities).messages
    return list(message)


def test_what_fits_goes_out_untouched() -> None:
    plan = fit([picture(1), picture(2)], ["Editing your picture."], ROOMY)
    (message,) = plan.messages
    assert [(file.re_encode, file.byte_budget, file.media_type) for file in message] == [(False, None, "image/png")] * 2
    assert message[0].blob == picture(1).blob
    assert message[0].name == "easel-10000000.png"
    assert message[0].alt == "A lighthouse."
    assert plan.remarks == ("Editing your picture.",)


def test_a_file_exactly_at_the_limit_fits_and_one_byte_more_does_not() -> None:
    assert not only([picture(1, 10 * MB)], ROOMY)[0].re_encode
    (copy,) = only([picture(1, 10 * MB + 1)], ROOMY)
    assert (copy.re_encode, copy.byte_budget, copy.media_type) == (True, 10 * MB, "image/webp")
    assert copy.name == "easel-10000000.webp"


def test_a_copy_is_said_and_says_where_the_original_is() -> None:
    assert fit([picture(1, 11 * MB)], ["Size 4096x4096."], ROOMY).remarks == ("Size 4096x4096.", COPY_REMARK)
    mixed = fit([picture(1), picture(2, 11 * MB)], [], ROOMY).remarks
    assert mixed == ("1 of 2 pictures are copies that fit here. The full-size originals are kept: press Details.",)


def test_a_copy_is_of_a_type_that_the_place_shows() -> None:
    def copied(*shown: str, kept: str = "image/webp") -> tuple[str, str]:
        (file,) = only([picture(1, media_type=kept)], replace(ROOMY, media_types=frozenset(shown)))
        assert file.re_encode
        return file.media_type, file.name.rpartition(".")[2]

    assert copied("image/png", "image/jpeg") == ("image/jpeg", "jpg")
    assert copied("image/png") == ("image/png", "png")
    assert copied("image/webp", "image/jpeg", kept="image/png") == ("image/webp", "webp")
    assert copied() == ("image/jpeg", "jpg")


def test_a_message_too_large_shares_its_bytes_and_spares_the_small_ones() -> None:
    images = [picture(1, 9 * MB), picture(2, 1 * MB), picture(3, 8 * MB), picture(4, 3 * MB)]
    files = only(images, replace(ROOMY, message_bytes=16 * MB))
    assert [file.byte_budget for file in files] == [6 * MB, None, 6 * MB, None]
    assert [file.re_encode for file in files] == [True, False, True, False]


def test_more_pictures_than_a_message_takes_go_into_several() -> None:
    plan = fit([picture(number) for number in range(1, 8)], [], replace(ROOMY, files=3))
    assert [len(message) for message in plan.messages] == [3, 3, 1]
    tight = fit([picture(number) for number in range(1, 5)], [], replace(ROOMY, message_bytes=2 * LEAST_COPY_BYTES))
    assert [len(message) for message in tight.messages] == [2, 2]


def test_two_files_never_have_the_same_name() -> None:
    images = [replace(picture(1), id=ImageId("12345678" + tail)) for tail in ("a", "b", "c")]
    names = [file.name for file in only(images, ROOMY)]
    assert names == ["easel-12345678.png", "easel-12345678-2.png", "easel-12345678-3.png"]
    (message,) = fit(images, (), ROOMY, name_of=lambda image: f"panel-{image.id[-1]}").messages
    assert [file.name for file in message] == ["panel-a.png", "panel-b.png", "panel-c.png"]


def test_remarks_end_where_the_message_ends() -> None:
    narrow = replace(ROOMY, text_characters=100)
    plan = fit([picture(1, 11 * MB)], ["Editing picture 2 of the message.", "More words."], narrow)
    assert plan.remarks == ("Editing picture 2 of…", COPY_REMARK)


def test_nothing_is_posted_for_no_picture() -> None:
    assert fit([], ["Nothing to see."], ROOMY).messages == ()


def test_alt_text_is_cut_after_a_word() -> None:
    text = "A lighthouse on a rock at night"
    assert shorten(text, len(text)) == text
    assert shorten(text, 16) == "A lighthouse on…"
    assert shorten(text, 15) == "A lighthouse…"
    assert shorten(text, 1) == ""
    assert shorten(text, 0) == ""


def test_scripts_without_spaces_are_cut_between_characters() -> None:
    assert shorten("夜晚的灯塔和大海", 5) == "夜晚的灯…"
    assert shorten("กิ้งก่า" * 3, 4) == "กิ้…"  # a letter with its two marks stays whole
    assert shorten("กิ้งก่า" * 3, 3) == ""
    family = "👨‍👩‍👧"
    assert shorten(f"夜晚{family}灯塔", 6) == "夜晚…"
    assert shorten("🇩🇪🇮🇳🇧🇷", 4) == "🇩🇪…"
    assert shorten("夜👍🏽夜夜", 3) == "夜…"


IMAGES = st.lists(
    st.tuples(
        st.integers(1, 40 * MB),
        st.sampled_from(["image/png", "image/jpeg", "image/webp"]),
        st.text(max_size=60),
        st.text(alphabet="01/.\\é", max_size=12),
    ),
    max_size=12,
)
PLACES = st.builds(
    Capabilities,
    file_bytes=st.integers(1, 30 * MB),
    message_bytes=st.integers(1, 60 * MB),
    files=st.integers(1, 10),
    media_types=st.frozensets(st.sampled_from(["image/png", "image/jpeg", "image/webp", "image/gif"])),
    text_characters=st.integers(0, 300),
    alt_characters=st.integers(0, 80),
    previews=st.booleans(),
    progress_interval_us=st.just(1),
    ephemeral=st.booleans(),
)


@given(given_images=IMAGES, place=PLACES, remarks=st.lists(st.text(max_size=80), max_size=4))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_no_plan_exceeds_a_limit_and_no_picture_is_lost(
    given_images: list[tuple[int, str, str, str]], place: Capabilities, remarks: list[str]
) -> None:
    images = [
        replace(picture(number, size, kind, alt), id=ImageId(ident + str(number)))
        for number, (size, kind, alt, ident) in enumerate(given_images)
    ]
    by_id = {image.id: image for image in images}
    plan = fit(images, remarks, place)
    files = [file for message in plan.messages for file in message]
    assert [file.image for file in files] == [image.id for image in images]
    assert len({file.name for file in files}) == len(files)
    for message in plan.messages:
        assert 1 <= len(message) <= place.files
        sizes = [file.byte_budget or by_id[file.image].size_bytes for file in message]
        assert sum(sizes) <= place.message_bytes
        assert all(size <= place.file_bytes for size in sizes)
    for file in files:
        kept = by_id[file.image]
        assert re.fullmatch(r"easel-[0-9A-Za-z]{1,8}(-\d+)?\.(png|jpg|webp)", file.name)
        assert len(file.alt) <= place.alt_characters
        assert file.re_encode == (file.byte_budget is not None)
        if place.media_types & {"image/png", "image/jpeg", "image/webp"}:
            assert file.media_type in place.media_types
        if not file.re_encode:
            assert file.media_type == kept.media_type
    assert sum(len(remark) + 1 for remark in plan.remarks) <= place.text_characters + 1


@given(wanted=st.lists(st.integers(0, 100), max_size=8), total=st.integers(0, 300))
@settings(derandomize=True, deadline=None)
def test_shares_are_max_min_fair(wanted: list[int], total: int) -> None:
    granted = share(wanted, total)
    assert sum(granted) <= total
    assert all(got <= want for got, want in zip(granted, wanted, strict=True))
    short = [got for got, want in zip(granted, wanted, strict=True) if got < want]
    if short:
        assert total - sum(granted) < len(wanted)  # nothing but the rounding is left over
        assert min(short) >= max(granted) - 1  # who goes short has as much as anyone
