"""Tells the subject of a photograph from its background: GrabCut, from OpenCV, which is an extra of the installation.

C. Rother, V. Kolmogorov, A. Blake: "GrabCut", SIGGRAPH 2004; the edge is then drawn along the picture's own by a guided
filter (K. He, J. Sun, X. Tang, ECCV 2010). Where it begins is found by Boolean map saliency.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from PIL import Image, ImageChops, ImageFilter, ImageOps

from core.errors import CannotDraw

EDGE_MAX = 2048
WORK_EDGE = 320  # GrabCut's time grows with the area; 0.2 s at this size on one core
ROUNDS = 4
SALIENCY_EDGE = 160
THRESHOLDS = 16
LEAST, MOST = 0.02, 0.92  # of the picture; outside, what was found is no subject
MARGIN = 0.03


def opencv() -> ModuleType | None:
    """OpenCV, where it is installed."""
    try:
        import cv2
    except ImportError:
        return None
    module: ModuleType = cv2
    return module


def subject_of(picture: Image.Image) -> Image.Image:
    """Where the subject is, as `L` of the picture's size. Raises `CannotDraw` without OpenCV or without a subject."""
    cv2 = opencv()
    if cv2 is None:
        raise CannotDraw(
            "I cannot tell the subject from its background: this Easel was installed without OpenCV.",
            "Whoever runs it can add it with: pip install 'easel[photo]'. Or paint a mask over the part to change.",
        )
    small = picture.copy()
    small.thumbnail((WORK_EDGE, WORK_EDGE), Image.Resampling.BOX)
    found = _grabcut(cv2, small)
    share = sum(found.histogram()[128:]) / (found.width * found.height)
    if not LEAST <= share <= MOST:
        raise CannotDraw(
            "I could not tell the subject of this picture from its background.", "Paint a mask over the part to change."
        )
    guide = picture
    if max(picture.size) > EDGE_MAX:  # as floats a 4K picture would take a third of a gigabyte
        guide = ImageOps.contain(picture, (EDGE_MAX, EDGE_MAX), Image.Resampling.BOX)
    mask = _along_edges(cv2, guide, found.resize(guide.size, Image.Resampling.BICUBIC))
    return mask if mask.size == picture.size else mask.resize(picture.size, Image.Resampling.BICUBIC)


def _grabcut(cv2: ModuleType, small: Image.Image) -> Image.Image:
    import numpy as np

    pixels = np.asarray(small)[:, :, ::-1].copy()
    width, height = small.size
    salient = _salient(cv2, small)
    labels = np.where(salient > max(0.2, 1.6 * salient.mean()), cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    rim_x, rim_y = max(1, int(width * MARGIN)), max(1, int(height * MARGIN))
    # Subjects stand on the lower edge of many photographs, but seldom at the other three.
    labels[:rim_y], labels[:, :rim_x], labels[:, -rim_x:] = cv2.GC_BGD, cv2.GC_BGD, cv2.GC_BGD
    if not (labels == cv2.GC_PR_FGD).any():
        return Image.new("L", small.size)
    cv2.setRNGSeed(1)  # its k-means starts at random; the same picture shall give the same result
    cv2.grabCut(pixels, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), ROUNDS, cv2.GC_INIT_WITH_MASK)
    subject = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.uint8)
    return Image.fromarray(_largest_parts(cv2, subject) * 255).filter(ImageFilter.MedianFilter(5))


def _salient(cv2: ModuleType, picture: Image.Image) -> Any:
    """How much each pixel belongs to something that stands out, 0 to 1: what the rim does not reach at many thresholds.

    J. Zhang, S. Sclaroff: "Saliency Detection: A Boolean Map Approach", ICCV 2013; weighted toward the middle.
    """
    import numpy as np

    small = picture.copy()
    small.thumbnail((SALIENCY_EDGE, SALIENCY_EDGE), Image.Resampling.BOX)
    planes = cv2.cvtColor(np.asarray(small), cv2.COLOR_RGB2LAB)
    found = np.zeros(planes.shape[:2], np.float32)
    for plane in (cv2.medianBlur(planes[:, :, band].copy(), 3) for band in range(3)):
        for threshold in np.linspace(int(plane.min()), int(plane.max()), THRESHOLDS + 2)[1:-1]:
            for side in (plane > threshold, plane <= threshold):
                _, labels = cv2.connectedComponents(side.astype(np.uint8), connectivity=4)
                rim = np.unique(np.concatenate([labels[0], labels[:, 0], labels[:, -1]]))
                inside = side & ~np.isin(labels, rim)
                found += inside / np.sqrt(max(inside.mean(), 1e-4))  # small things stand out as much as large ones
    width, height = picture.size
    smooth = cv2.resize(cv2.GaussianBlur(found, (0, 0), SALIENCY_EDGE / 100), (width, height))
    y, x = np.mgrid[0:height, 0:width]
    central = np.exp(-(((x - width / 2) / (width * 0.45)) ** 2) - ((y - height / 2) / (height * 0.5)) ** 2)
    return smooth * central / max(float((smooth * central).max()), 1e-6)


def _largest_parts(cv2: ModuleType, subject: Any) -> Any:
    """Without specks: parts below a tenth of the largest one, and holes of that size."""
    import numpy as np

    cleaned = subject
    for wanted in (1, 0):
        _, labels, stats, _ = cv2.connectedComponentsWithStats((cleaned == wanted).astype(np.uint8), connectivity=4)
        areas = stats[1:, cv2.CC_STAT_AREA]
        if len(areas):
            small = 1 + np.flatnonzero(areas < areas.max() * 0.1)
            cleaned = np.where(np.isin(labels, small), 1 - wanted, cleaned).astype(np.uint8)
    return cleaned


def _along_edges(cv2: ModuleType, picture: Image.Image, mask: Image.Image) -> Image.Image:
    import numpy as np

    radius = max(2, max(picture.size) // 160)
    window = (2 * radius + 1, 2 * radius + 1)
    guide = np.asarray(picture.convert("L"), np.float32) / 255
    rough = np.asarray(mask, np.float32) / 255

    def mean(values: Any) -> Any:
        return cv2.boxFilter(values, -1, window)

    slope = (mean(guide * rough) - mean(guide) * mean(rough)) / (mean(guide * guide) - mean(guide) ** 2 + 1e-3)
    offset = mean(rough) - slope * mean(guide)
    fine = np.clip((mean(slope) * guide + mean(offset) - 0.1) / 0.8, 0, 1)
    near = Image.fromarray((fine * 255 + 0.5).astype(np.uint8))
    # Only along the outline: deep inside the subject its own texture is no edge.
    reach = 2 * radius
    sure = mask.filter(ImageFilter.BoxBlur(reach))
    inside, outside = sure.point([0] * 250 + [255] * 6), sure.point([0] * 5 + [255] * 251)
    return ImageChops.darker(ImageChops.lighter(near, inside), outside)


def inpainted(picture: Image.Image, region: Image.Image) -> Image.Image | None:
    """The region continued from its surroundings by OpenCV (Telea 2004); None without it."""
    cv2 = opencv()
    if cv2 is None:
        return None
    import numpy as np

    filled = cv2.inpaint(np.asarray(picture)[:, :, ::-1].copy(), np.asarray(region), 5, cv2.INPAINT_TELEA)
    return Image.fromarray(filled[:, :, ::-1].copy())
