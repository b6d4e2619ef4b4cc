"""Every rule of the image API is a refusal of the fake, in the API's own envelope: what a client must never send."""

import base64
import io

import httpx
import pytest
from emulators.image_api import rules
from emulators.image_api.recorded import read_multipart
from emulators.image_api.refusals import Refusal
from emulators.image_api.uploads import from_url, opened
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from support_image_api import asked, image_api, refused, scenery  # noqa: F401
from support_images import encoded, mask_of

GENERATIONS, EDITS = "/images/generations", "/images/edits"
USER, INVALID = "image_generation_user_error", "invalid_request_error"
TWO, FIVE, SIX = "gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.6-sunburst"
PICTURE = scenery()
MASK = mask_of((640, 427), (100, 100, 300, 300))
URL = "data:image/png;base64," + base64.b64encode(PICTURE).decode()


GENERATION_RULES = [
    ({"style": "vivid"}, "style", "unknown_parameter", INVALID),
    ({"response_format": "b64_json"}, "response_format", "unknown_parameter", INVALID),
    ({"seed": 7}, "seed", "unknown_parameter", INVALID),
    ({"prompt": None}, "prompt", "invalid_type", INVALID),
    ({"prompt": ""}, "prompt", "empty_string", INVALID),
    ({"prompt": "x" * 32_001}, "prompt", "string_above_max_length", INVALID),
    ({"model": None}, "model", "missing_required_parameter", INVALID),
    ({"model": 2}, "model", "invalid_type", INVALID),
    ({"n": 0}, "n", "integer_below_min_value", INVALID),
    ({"n": 11}, "n", "integer_above_max_value", INVALID),
    ({"n": "2"}, "n", "invalid_type", INVALID),
    ({"n": True}, "n", "invalid_type", INVALID),
    ({"n": 2, "stream": True}, "n", "invalid_value", USER),
    ({"stream": "true"}, "stream", "invalid_type", INVALID),
    ({"stream": True, "partial_images": 4}, "partial_images", "integer_above_max_value", INVALID),
    ({"quality": 3}, "quality", "invalid_type", INVALID),
    ({"quality": "hd"}, "quality", "invalid_value", USER),
    ({"quality": "xhigh"}, "quality", "invalid_value", USER),
    ({"quality": "max", "model": "gpt-image-1.5"}, "quality", "invalid_value", USER),
    ({"background": "white"}, "background", "invalid_value", USER),
    ({"background": "transparent", "output_format": "jpeg"}, "background", "invalid_value", USER),
    ({"output_format": "gif"}, "output_format", "invalid_value", USER),
    ({"output_format": "jpg"}, "output_format", "invalid_value", USER),
    ({"output_compression": 80}, "output_compression", "invalid_value", USER),
    (
        {"output_compression": 101, "output_format": "jpeg"},
        "output_compression",
        "integer_above_max_value",
        INVALID,
    ),
    ({"moderation": "off"}, "moderation", "invalid_value", USER),
    ({"complexity": "low"}, "complexity", "unsupported_parameter", USER),
    ({"complexity": "huge", "model": SIX}, "complexity", "invalid_value", USER),
    ({"frame_count": 4}, "frame_count", "invalid_value", USER),
    ({"svg": {"model": "gpt-6"}}, "svg", "invalid_value", USER),
    ({"safety_identifier": "x" * 129}, "safety_identifier", "string_above_max_length", INVALID),
    ({"safety_identifier": 7}, "safety_identifier", "invalid_type", INVALID),
]


@pytest.mark.parametrize(("change", "param", "code", "kind"), GENERATION_RULES)
async def test_a_generation_is_refused(asked, change, param, code, kind):  # noqa: F811
    body = {"model": TWO, "prompt": "a kite", **change}
    refused(await asked.post(GENERATIONS, json=body), param, code, kind)


async def test_the_same_body_without_its_flaw_is_drawn(asked):  # noqa: F811
    body = {
        "model": SIX, "prompt": "x" * 32_000, "n": 1, "size": "1024x640", "quality": "max", "background": "opaque",
        "output_format": "jpeg", "output_compression": 80, "moderation": "low", "complexity": "high", "stream": False,
        "safety_identifier": "x" * 128,
    }  # fmt: skip
    answer = await asked.post(GENERATIONS, json=body)
    assert answer.status_code == 200, answer.text[:300]


SIZES = [
    ("1000x1000", "Width and height must both be divisible by 16."),
    ("800x800", "Requested resolution is below the current minimum pixel budget."),
    ("1024x576", "Requested resolution is below the current minimum pixel budget."),
    ("3856x2048", "The longest edge must be less than or equal to 3840."),
    ("3008x3008", "Requested resolution exceeds the current pixel budget."),
    ("3840x1264", "The requested aspect ratio must be between 1:3 and 3:1."),
    ("square", "Invalid size 'square'."),
    ("1024X1024", "Invalid size '1024X1024'."),
    ("1024x1024 ", "Invalid size '1024x1024 '."),
]


@pytest.mark.parametrize(("size", "message"), SIZES)
async def test_a_size_is_refused_with_its_reason(asked, size, message):  # noqa: F811
    said = refused(
        await asked.post(GENERATIONS, json={"model": TWO, "prompt": "x", "size": size}), "size", "invalid_value", USER
    )
    assert said.startswith(message)


@pytest.mark.parametrize("size", ["816x816", "3840x2160", "1024x640", "1280x720", "2880x2880", "3840x1280", "auto"])
def test_sizes_that_the_real_api_was_seen_to_take(size):
    wish = rules.generation({"model": TWO, "prompt": "x", "size": size})
    assert wish.size is None if size == "auto" else wish.size == tuple(map(int, size.split("x")))


@pytest.mark.parametrize("model", ["gpt-image-1.5", "gpt-image-1-mini", "chatgpt-image-latest"])
def test_legacy_models_have_three_sizes(model):
    assert rules.generation({"model": model, "prompt": "x", "size": "1536x1024"}).pixels == (1536, 1024)
    with pytest.raises(Refusal, match="'1024x1024', '1024x1536', '1536x1024', and 'auto'"):
        rules.generation({"model": model, "prompt": "x", "size": "2048x2048"})


@pytest.mark.parametrize(
    ("model", "status"),
    [("gpt-image-1", 404), ("dall-e-3", 410), ("dall-e-2", 410), ("gpt-image-2.5", 404), ("gpt-image-9", 404)],
)
async def test_models_that_are_not_there(asked, model, status):  # noqa: F811
    answer = await asked.post(GENERATIONS, json={"model": model, "prompt": "x"})
    refused(answer, None, "model_not_found", status=status)


async def test_gif_and_svg_are_previews_that_this_project_has_not(asked):  # noqa: F811
    for form in ("gif", "svg"):
        answer = await asked.post(GENERATIONS, json={"model": SIX, "prompt": "x", "output_format": form})
        refused(answer, "output_format", None, status=403)


async def test_keys(image_api, asked):  # noqa: F811
    body = {"model": TWO, "prompt": "x"}
    wrong = await asked.post(GENERATIONS, json=body, headers={"authorization": "Bearer sk-wrong"})
    refused(wrong, None, "invalid_api_key", status=401)
    async with httpx.AsyncClient(base_url=image_api.base_url, verify=False) as nobody:
        refused(await nobody.post(GENERATIONS, json=body), None, None, status=401)
        refused(await nobody.get("/models"), None, None, status=401)


async def test_bodies_that_are_none(asked):  # noqa: F811
    broken = await asked.post(GENERATIONS, content=b'{"prompt": ', headers={"content-type": "application/json"})
    assert "could not parse the JSON body" in refused(broken, None, None)
    refused(await asked.post(GENERATIONS, json=["x"]), None, None)
    refused(await asked.post(GENERATIONS, json={"model": TWO}), "prompt", "missing_required_parameter")
    form = await asked.post(GENERATIONS, data={"prompt": "x", "model": TWO}, files={"a": ("a", b"x")})
    refused(form, None, "unsupported_content_type")


async def test_routes_that_are_gone(asked):  # noqa: F811
    answer = await asked.post("/images/variations", json={})
    assert (answer.status_code, answer.content) == (404, b"")


# --- edits -------------------------------------------------------------------------------------------------------


def form(files, **fields):
    return {"data": {"model": TWO, "prompt": "night", "size": "1024x640", **fields}, "files": files}


def image(data=PICTURE, kind="image/png", field="image[]", name="a.png"):
    return (field, (name, data, kind))


def mask(data=MASK, kind="image/png", field="mask"):
    return (field, ("mask.png", data, kind))


def heavy_mask():
    """A mask of more than 4 MB."""
    return encoded(Image.new("RGBA", (1024, 1024)), compress_level=0)


BIG = encoded(Image.new("RGB", (1024, 1024)))
SMALL_MASK = mask_of((64, 64), (0, 0, 9, 9))
WEBP_MASK = encoded(Image.new("RGBA", (640, 427)), "WEBP", lossless=True)
EDIT_RULES = [
    (form([image(kind="application/octet-stream")]), "image", "unsupported_file_mimetype"),
    (form([image(kind="image/gif")]), "image", "unsupported_file_mimetype"),
    (form([image(kind="image/jpeg")]), "image", "invalid_image_file"),
    (form([image(b"not a picture")]), "image", "invalid_image_file"),
    (form([image(PICTURE[:-2_000])]), "image", "invalid_image_file"),
    (form([("image[]", (None, "text"))]), "image", "invalid_type"),
    (form([mask()]), "image", "missing_required_parameter"),
    (form([image()] * 17), "image", "array_above_max_length"),
    (form([image(field="image")] * 2), "image", "duplicate_parameter"),
    (form([image(field="image"), image()]), "image", "duplicate_parameter"),
    (form([image(), ("n", (None, "1")), ("n", (None, "2"))]), "n", "duplicate_parameter"),
    (form([image(), mask(kind="image/jpeg", data=scenery("navy", "JPEG"))]), "mask", "invalid_mask_image_format"),
    (form([image(), mask(scenery())]), "mask", "invalid_mask_image_format"),
    (form([image(), mask(mask_of((64, 64), (0, 0, 9, 9)))]), "mask", "invalid_mask_image_size"),
    (form([image(BIG), mask(heavy_mask())]), "mask", "mask_too_large"),
    (form([image(), mask(), mask(field="markup")], model=FIVE), "markup", "invalid_value"),
    (form([image(), mask(field="markup")]), "markup", "invalid_value"),
    (form([image(), mask(scenery(), field="markup")], model=FIVE), "markup", "invalid_markup_image"),
    (form([image(), mask(SMALL_MASK, field="markup")], model=FIVE), "markup", "invalid_markup_image"),
    (form([image(), mask(WEBP_MASK, "image/webp")]), "mask", "invalid_mask_image_format"),
    (form([image()], input_fidelity="high"), "input_fidelity", "invalid_input_fidelity_model"),
    (form([image()], input_fidelity="high", model=FIVE), "input_fidelity", "invalid_input_fidelity_model"),
    (
        form([image()], input_fidelity="high", model="gpt-image-1-mini", size="auto"),
        "input_fidelity",
        "invalid_value",
    ),
    (form([image()], moderation="low"), "moderation", "unknown_parameter"),
    (form([image()], response_format="b64_json"), "response_format", "unknown_parameter"),
    (form([image()], n="two"), "n", "invalid_type"),
    (form([image()], n="2", stream="true"), "n", "invalid_value"),
    (form([image()], stream="yes"), "stream", "invalid_type"),
]


@pytest.mark.parametrize(("how", "param", "code"), EDIT_RULES)
async def test_an_edit_is_refused(asked, how, param, code):  # noqa: F811
    error = (await asked.post(EDITS, **how)).json()["error"]
    assert (error["param"], error["code"]) == (param, code), error["message"]


@pytest.mark.parametrize(
    "how",
    [
        form([image()]),
        form([image(field="image")]),
        form([image(), image(scenery("navy", "JPEG"), "image/jpeg"), mask()], n="2"),
        form([image()] * 16),
        form([image(), mask(field="markup")], model=FIVE),
        form([image()], input_fidelity="low", model="gpt-image-1-mini", size="auto"),
        form([image()], output_format="jpeg", output_compression="70"),
    ],
)
async def test_an_edit_is_drawn(asked, how):  # noqa: F811
    how["data"].setdefault("output_format", "jpeg")
    answer = await asked.post(EDITS, **how)
    assert answer.status_code == 200, answer.text[:300]
    assert len(answer.json()["data"]) == int(how["data"].get("n", 1))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "invalid_image_url"),
        (7, "invalid_image_url"),
        ("https://example.org/a.png", "invalid_image_url"),
        ("data:image/png,abc", "invalid_image_url"),
        ("data:image/gif;base64,R0lGODlh", "invalid_image_format"),
        ("data:image/png;base64,%%%%", "invalid_base64"),
        (URL.replace("image/png", "image/jpeg"), "invalid_image_file"),
        ("data:image/png;base64," + "A" * 20_971_520, "string_above_max_length"),
    ],
    ids=range(8),
)
def test_an_address_is_a_data_url_of_a_picture(url, code):
    with pytest.raises(Refusal) as caught:
        from_url(url, "image")
    assert caught.value.code == code
    assert from_url(URL, "image").size == (640, 427)


def test_a_file_of_fifty_megabytes_is_too_large():
    with pytest.raises(Refusal, match="maximum size is 50MB"):
        opened(bytes(50_000_000), "image")


async def test_what_counts_is_the_upright_size(asked):  # noqa: F811
    """A phone's picture lies in its file: mask and markup have the size that people see."""
    lying = Image.Exif()
    lying[0x0112] = 6
    photo = io.BytesIO()
    Image.new("RGB", (1280, 960), "teal").save(photo, "JPEG", exif=lying)
    shown = [image(photo.getvalue(), "image/jpeg"), mask(mask_of((960, 1280), (9, 9, 99, 99)))]
    upright = await asked.post(EDITS, **form(shown, output_format="jpeg"))
    assert upright.status_code == 200, upright.text[:300]
    stored = [image(photo.getvalue(), "image/jpeg"), mask(mask_of((1280, 960), (9, 9, 99, 99)))]
    refused(await asked.post(EDITS, **form(stored)), "mask", "invalid_mask_image_size")


async def test_edits_as_json(asked):  # noqa: F811
    body = {"model": TWO, "prompt": "night", "size": "1024x640", "output_format": "jpeg", "moderation": "low"}
    good = await asked.post(EDITS, json={**body, "images": [{"image_url": URL}] * 2})
    assert good.status_code == 200, good.text[:300]
    refused(await asked.post(EDITS, json={**body, "image": [{"image_url": URL}]}), "image", "unknown_parameter")
    refused(await asked.post(EDITS, json=body), "image", "missing_required_parameter")
    both = [{"image_url": URL, "file_id": "file-1"}]
    refused(await asked.post(EDITS, json={**body, "images": both}), "images[0]", "invalid_value")
    missing = [{"file_id": "file-1"}]
    refused(await asked.post(EDITS, json={**body, "images": missing}), "images[0]", None, status=404)
    bare = [{"image_url": base64.b64encode(PICTURE).decode()}]
    refused(await asked.post(EDITS, json={**body, "images": bare}), "images[0]", "invalid_image_url")
    null = {**body, "images": [{"image_url": URL}], "input_fidelity": None}
    refused(await asked.post(EDITS, json=null), "input_fidelity", "invalid_input_fidelity_model", USER)


# --- multipart ---------------------------------------------------------------------------------------------------

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='"\\%'), min_size=1)


@given(st.lists(st.tuples(NAMES, NAMES, st.binary(max_size=200)), min_size=1, max_size=4))
def test_what_a_client_packs_is_what_is_unpacked(files):
    packed = httpx.Request(
        "POST", "http://x", files=[(field, (name, content, "image/png")) for field, name, content in files]
    )
    parts = read_multipart(packed.headers["content-type"], packed.read())
    assert [(part.name, part.filename, part.content) for part in parts] == files


def test_a_form_that_breaks_off_is_refused():
    packed = httpx.Request("POST", "http://x", files=[image()])
    with pytest.raises(Refusal, match="not closed"):
        read_multipart(packed.headers["content-type"], packed.read()[:-10])
