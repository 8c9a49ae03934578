"""What of a picture may be kept? Its pixels, the right way up: decoded, and encoded anew.

Gone are EXIF (place, time, camera, thumbnail), XMP, comments, colour profiles, palettes, colours under full
transparency, further pictures in the file, and any other file hidden around the picture. A wide colour
profile goes without a conversion, so that colours may look a little duller. What stays: what the pixels
show, watermarks and camera noise included. A JPEG is encoded again at quality 95, so that its pixels differ
slightly.
"""

import io
from typing import Any

from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from palermo.protect.accepting import JPEG, PNG, WEBP, FileLimits, Media, refused
from palermo.protect.embedded import bare_jpeg

_FORMATS = {
    JPEG: JpegImagePlugin.JpegImageFile.format,
    PNG: PngImagePlugin.PngImageFile.format,
    WEBP: WebPImagePlugin.WebPImageFile.format,
}
_MODES = {JPEG: ("L", "RGB"), PNG: ("1", "L", "LA", "RGB", "RGBA", "I;16"), WEBP: ("RGB", "RGBA")}
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def cleaned_picture(content: bytes, *, media: Media, limits: FileLimits) -> bytes:
    """The picture, encoded anew in its own format; the first one where a JPEG holds several.

    Raises PROTECT-033, 034 or 035, and whatever Pillow raises.
    """
    if media is JPEG and content.count(b"\xff\xda") > limits.jpeg_scans:
        raise refused(33)
    picture = _opened(_bare(content) if media is JPEG else content, media, limits)
    if media is not JPEG and getattr(picture, "is_animated", False):
        raise refused(35)
    options = _options(picture, media, content)
    picture.load()
    upright = _plain(picture, media)
    if (turn := _TURNS.get(_orientation(picture, content, media))) is not None:
        upright = upright.transpose(turn)
    upright.info.clear()
    written = io.BytesIO()
    upright.save(written, format=_FORMATS[media], **options)
    return written.getvalue()


def _opened(content: bytes, media: Media, limits: FileLimits) -> Image.Image:
    """Only the header is read; one decoder is tried, never what Pillow might guess."""
    too_many = refused(34, expected=f"at most {limits.pixels:,} pixels")
    try:
        picture = Image.open(io.BytesIO(content), formats=[str(_FORMATS[media])])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many from None
    if picture.width * picture.height > limits.pixels:
        raise too_many
    return picture


def _options(picture: Image.Image, media: Media, content: bytes) -> dict[str, Any]:
    if media is JPEG:
        sampling = JpegImagePlugin.get_sampling(picture)
        return {"quality": 95, "subsampling": sampling if sampling in (0, 1, 2) else 0}
    if media is WEBP:
        return {"lossless": True} if b"VP8L" in content else {"quality": 95}
    return {}


def _bare(content: bytes) -> bytes:
    """A JPEG without EXIF, so that a broken one does not lose the photo; as it is where it is unusual."""
    try:
        return bare_jpeg(content)
    except (ValueError, IndexError):
        return content


def _orientation(picture: Image.Image, content: bytes, media: Media) -> int:
    """Which way up the camera was held; 1 where the EXIF is unreadable."""
    try:
        told = Image.open(io.BytesIO(content), formats=[str(_FORMATS[JPEG])]) if media is JPEG else picture
        return int(told.getexif().get(_ORIENTATION, 1))
    except Exception:
        return 1


def _plain(picture: Image.Image, media: Media) -> Image.Image:
    """In a mode without a palette, black where nothing shows."""
    clear = media is not JPEG and picture.has_transparency_data
    if clear and picture.mode != "LA":
        picture = picture.convert("RGBA")
    elif picture.mode not in _MODES[media]:
        picture = picture.convert("RGB")
    if picture.mode in ("LA", "RGBA"):
        unseen = picture.getchannel("A").point(lambda alpha: 0 if alpha else 255)
        picture.paste((0,) * len(picture.mode), mask=unseen)
    return picture
