"""Bytes to text: byte-order mark, UTF-16 without one, UTF-8, GB18030, Shift-JIS, the locale, replacement.

A log may change its encoding midway (a GBK console quoting a UTF-8 file), so whatever is not UTF-8 as a whole is
decoded line by line: lines that are UTF-8 stay UTF-8, the others share one legacy encoding.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65536
_FOUR_BYTES = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]")


def decode(data: bytes) -> tuple[str, str]:
    """Text of `data` and the name of the encoding that was used."""
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", "replace"), "utf-8-sig"
    if wide := wide_encoding(data):
        return data.decode(wide, "replace"), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    return _decode_mixed(data)


def wide_encoding(data: bytes) -> str:
    """The encoding of `data` where its characters take two or four bytes, else nothing."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    return _utf16_without_mark(data[:_SAMPLE])


def _utf16_without_mark(sample: bytes) -> str:
    """UTF-16 shows in ASCII text as a NUL in nearly every second byte."""
    if len(sample) < 4 or b"\0" not in sample:
        return ""
    half = len(sample) // 2
    if sample[1::2].count(0) > 0.4 * half and sample[::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.4 * half and sample[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return ""


def _decode_mixed(data: bytes) -> tuple[str, str]:
    lines = data.split(b"\n")
    foreign = [line for line in lines if not _is_utf8(line)]
    legacy = _legacy_encoding(b"\n".join(foreign)[:_SAMPLE])
    text = "\n".join(line.decode("utf-8") if _is_utf8(line) else line.decode(legacy, "replace") for line in lines)
    return text, legacy


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _legacy_encoding(sample: bytes) -> str:
    """The double-byte encoding whose everyday characters the sample is made of, else the locale's, else UTF-8."""
    scores = {"gb18030": _share_gb2312(sample), "shift_jis": _share_japanese(sample)}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] >= 0.6:
        return best
    return _locale_encoding(sample)


def _share_gb2312(sample: bytes) -> float:
    """Share of the non-ASCII bytes that form common hanzi (GB2312 level 1), symbols or four-byte characters."""
    high = sum(byte >= 0x80 for byte in sample)
    common = at = 0
    while at < len(sample) - 1:
        lead, trail = sample[at], sample[at + 1]
        if lead < 0x80:
            at += 1
        elif _FOUR_BYTES.match(sample, at):
            common += 2
            at += 4
        else:
            if (trail >= 0xA1 and 0xB0 <= lead <= 0xD7) or (trail >= 0x40 and 0xA1 <= lead <= 0xA9):
                common += 2
            at += 2
    return common / high if high else 0.0


def _share_japanese(sample: bytes) -> float:
    """Share of the non-ASCII characters that are kana, everyday kanji or Japanese punctuation, read as Shift-JIS."""
    try:
        text = sample.decode("cp932")
    except UnicodeDecodeError:
        text = sample.decode("cp932", "replace")
    wide = [char for char in text if char >= "\x80"]
    kana = sum("\u3040" <= char <= "\u30ff" or "\u3000" <= char <= "\u303f" for char in wide)
    kanji = sum("\u4e00" <= char <= "\u9fff" for char in wide)
    if not wide or kana < 0.2 * len(wide):
        return 0.0
    return (kana + kanji) / len(wide)


def _locale_encoding(sample: bytes) -> str:
    import locale

    for name in (locale.getpreferredencoding(False), "cp1252" if _looks_western(sample) else ""):
        if not name:
            continue
        try:
            if codecs.lookup(name).name not in ("utf-8", "ascii"):
                sample.decode(name)
                return name
            continue
        except (LookupError, UnicodeDecodeError):
            continue
    return "utf-8"


def _looks_western(sample: bytes) -> bool:
    """Accented letters stand alone among ASCII letters."""
    high = [at for at, byte in enumerate(sample) if byte >= 0x80]
    alone = sum(1 for at in high if (at + 1 == len(sample) or sample[at + 1] < 0x80) and sample[at] >= 0xA0)
    return bool(high) and alone >= 0.8 * len(high)
