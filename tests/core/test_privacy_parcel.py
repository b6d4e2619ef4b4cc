"""Zip files of bounded size: everything that fits is in one of them, and what does not is named."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from core.privacy.parcel import Sheet, file_name, packed, zipped

MEGABYTE = 1_000_000


def sheets(*sizes: int) -> list[Sheet]:
    return [Sheet(f"{number}.png", "a" * 64, size) for number, size in enumerate(sizes)]


def test_the_words_have_room_in_the_first_part() -> None:
    packing = packed(sheets(7 * MEGABYTE, 9 * MEGABYTE), 10 * MEGABYTE)
    assert [len(part) for part in packing.parts] == [1, 1]
    assert [[each.size_bytes for each in part] for part in packing.parts] == [[7 * MEGABYTE], [9 * MEGABYTE]]


def test_without_pictures_there_is_one_part_all_the_same() -> None:
    assert packed([], MEGABYTE).parts == ((),)


def test_what_is_too_large_or_too_many_is_named() -> None:
    packing = packed(sheets(20 * MEGABYTE, 5 * MEGABYTE, 5 * MEGABYTE, 5 * MEGABYTE), 8 * MEGABYTE, parts_max=2)
    assert [each.name for part in packing.parts for each in part] == ["1.png", "2.png"]
    assert [each.name for each in packing.left_out] == ["0.png", "3.png"]


@given(st.lists(st.integers(0, 12 * MEGABYTE), max_size=40), st.integers(MEGABYTE, 10 * MEGABYTE), st.integers(1, 6))
def test_each_is_in_one_part_or_left_out_and_no_part_is_too_large(sizes: list[int], most: int, parts_max: int) -> None:
    given_sheets = sheets(*sizes)
    packing = packed(given_sheets, most, parts_max)
    found = [each for part in packing.parts for each in part]
    assert sorted(found + list(packing.left_out), key=lambda each: int(each.name[:-4])) == given_sheets
    assert len(packing.parts) <= parts_max
    assert all(sum(each.size_bytes for each in part) <= most for part in packing.parts)


def test_a_zip_file_is_one_whatever_the_names_hold() -> None:
    data = zipped({"README.txt": "words"}, [("pictures/a.png", b"\x89PNG")])
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert opened.read("pictures/a.png") == b"\x89PNG"
    for name, made in {"../../etc/passwd": "_etc_passwd", "ok.png": "ok.png", "": "file", "...": "file"}.items():
        assert file_name(name, "file") in (made, made.lstrip("_"))
        assert "/" not in file_name(name, "file")
