"""Bytes of every origin become the text that was meant."""

from __future__ import annotations

import pytest

from voicelog.ingest.decode import decode

BARS = "推理进度 45%|██████████     | 9/20 🎙️\n│ 完成 │\n"
CHINESE = "错误：找不到模型文件，请检查路径是否正确。\nRuntimeError: 显存不足\n"
JAPANESE = "エラー: 音声ファイルが見つかりません。\nパスを確認してください。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk"])
def test_chinese_survives(encoding: str) -> None:
    assert decode(CHINESE.encode(encoding))[0] == CHINESE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "shift_jis"])
def test_japanese_survives(encoding: str) -> None:
    assert decode(JAPANESE.encode(encoding))[0] == JAPANESE


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen(encoding: str) -> None:
    text = "Traceback (most recent call last):\nOSError: [WinError 126] 找不到指定的模块。\n" * 3
    assert decode(text.encode(encoding)) == (text, encoding)


def test_mark_of_utf16_big_endian() -> None:
    assert decode(b"\xfe\xff" + "Killed\n".encode("utf-16-be"))[0] == "Killed\n"


def test_utf8_lines_stay_utf8_beside_gbk_lines() -> None:
    data = "模型：テスト\n".encode() + "错误：拒绝访问。\n".encode("gbk") + b"done\n"
    assert decode(data)[0] == "模型：テスト\n错误：拒绝访问。\ndone\n"


def test_accented_western_text_is_not_taken_for_chinese() -> None:
    text = "Le fichier spécifié est introuvable : accès refusé au répertoire demandé\n"
    assert decode(text.encode("cp1252"))[0] == text


def test_what_fits_nothing_is_replaced_and_kept() -> None:
    text, _ = decode(b"RuntimeError: bad byte \xff\xfe\xfd here\n")
    assert text.startswith("RuntimeError: bad byte ")
    assert text.endswith(" here\n")


def test_utf8_cut_in_a_character_is_still_utf8() -> None:
    assert decode("显存不足".encode()[:-1] + b"\n")[0].startswith("显存不")


def test_bars_boxes_and_emoji_do_not_hide_gb18030() -> None:
    assert decode(BARS.encode("gb18030"))[0] == BARS
