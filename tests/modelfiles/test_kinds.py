"""What a file is: each kind of the table by its own marks, and the ones that people have by real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from model_samples import (
    RVC_CONFIG,
    TABLES,
    VITS,
    T,
    causes,
    faiss_ivf,
    inspect,
    onnx,
    rvc,
    safetensors,
    slugs,
    torch_zip,
)
from voicelog.modelfile.kinds import identify
from voicelog.modelfile.tables import Kind, Shape
from voicelog.modelfile.types import Contents, FileInspection, Tensor

ALTERNATIVES = [(kind, shape) for kind in TABLES.kinds for shape in kind.match]
USES = ("inference", "part", "base", "training", "discriminator", "optimizer")


def contents_of(shape: Shape) -> Contents:
    """The least that a file of this shape holds."""
    values = {path: "1" if wanted == "*" else wanted for path, wanted in shape.values.items()}
    return Contents(
        shape.formats[0] if shape.formats else "torch-zip",
        tensors=tuple(Tensor(name, "float32", (2, 2)) for name in shape.tensors),
        entries=(*shape.entries, *shape.ports),
        values=values,
    )


@pytest.mark.parametrize(("kind", "shape"), ALTERNATIVES, ids=lambda one: one.id if isinstance(one, Kind) else "")
def test_no_kind_is_hidden_by_one_before_it(kind: Kind, shape: Shape) -> None:
    found = identify(contents_of(shape), TABLES)
    assert found is not None
    assert found.id == kind.id


def test_the_table_is_whole() -> None:
    assert len({kind.id for kind in TABLES.kinds}) == len(TABLES.kinds)
    for kind in TABLES.kinds:
        assert kind.use in USES
        assert all(source.startswith("https://") for source in kind.sources)
        assert not kind.agree or kind.id.split(".")[0]


def traits(found: FileInspection) -> dict[str, str]:
    return dict(found.traits)


@pytest.mark.parametrize(("version", "f0"), [("v1", 0), ("v1", 1), ("v2", 0), ("v2", 1)])
def test_rvc_voices(version: str, f0: int, tmp_path: Path) -> None:
    found = inspect(torch_zip(tmp_path / "音色.pth", rvc(version, f0)))
    assert found.kind == "rvc.voice"
    assert not found.findings
    wanted = {"version": version, "sample_rate": "40000", "f0": "yes" if f0 else "no", "speakers": "4"}
    assert traits(found) == {**wanted, "info": "200epoch"}


def test_rvc_voice_whose_settings_belong_to_another(tmp_path: Path) -> None:
    config = [*RVC_CONFIG[:12], [10, 10, 2], 32, [16, 16], 109, 256, 48000]
    found = inspect(torch_zip(tmp_path / "voice.pth", rvc(config=config)))
    assert set(slugs(found)) == {"differs-inside"}
    assert {str(finding.values["of"]) for finding in found.findings} == {"layers", "channels", "sample_rate"}
    assert causes(found) == {"model.state-dict-mismatch", "model.config-mismatch"}


def training(weights: dict[str, T], **more: Any) -> dict[str, Any]:
    """What the VITS family saves while it trains."""
    optimizer = {"state": {0: {"step": 7, "exp_avg": T((4,))}}, "param_groups": [{"lr": 0.1, "params": [0]}]}
    return {"model": weights, "iteration": 7, "optimizer": optimizer, "learning_rate": 0.1, **more}


RVC_G = {**VITS, "enc_p.emb_phone.weight": T((4, 768)), "enc_q.pre.weight": T((4, 33, 1))}
SOVITS_G = {"emb_uv.weight": T((2, 4)), "pre.weight": T((4, 768, 5)), "emb_g.weight": T((3, 8))}
GPT = {"model.ar_predict_layer.weight": T((1025, 8)), "model.bert_proj.weight": T((8, 1024))}
GPT = {**GPT, "model.ar_text_embedding.word_embeddings.weight": T((732, 8))}
S2 = {
    "enc_p.ssl_proj.weight": T((4, 768, 1)),
    "enc_p.text_embedding.weight": T((732, 4)),
    "ssl_proj.weight": T((4, 4, 2)),
}
DISCRIMINATOR = {"discriminators.0.convs.0.bias": T((2,)), "discriminators.1.convs.0.bias": T((2,))}
GPT_CONFIG = {"model": {"vocab_size": 1025, "phoneme_vocab_size": 732}}
HIFI = {
    "conv_pre.bias": T((16,)),
    "conv_pre.weight_v": T((16, 80, 7)),
    "ups.0.bias": T((8,)),
    "conv_post.bias": T((1,)),
}
WHISPER = {"encoder.conv1.weight": T((8, 80, 3)), "decoder.token_embedding.weight": T((51865, 8), "float16")}
DIMS = {"n_mels": 80, "n_vocab": 51865, "n_audio_state": 8, "n_audio_layer": 6, "n_text_layer": 6}
FILES: list[tuple[str, dict[str, Any], str, dict[str, str], list[str]]] = [
    ("G_100.pth", training(RVC_G), "rvc.training", {"version": "v2", "f0": "no", "step": "7"}, ["training"]),
    ("f0G40k.pth", {"model": RVC_G}, "rvc.base", {"version": "v2", "f0": "no"}, ["base"]),
    ("G_800.pth", training(SOVITS_G), "so-vits-svc.generator", {"version": "4.1", "encoder": "vec768l12"}, []),
    ("D_800.pth", training(DISCRIMINATOR), "vits.discriminator", {"step": "7"}, ["discriminator"]),
    ("s1-e15.ckpt", {"weight": GPT, "config": GPT_CONFIG, "info": "GPT-e15"}, "gpt-sovits.s1", {"version": "v2+"}, []),
    ("s1.ckpt", {"weight": GPT, "config": {"model": {"vocab_size": 513}}}, "gpt-sovits.s1", {}, ["differs-inside"]),
    ("s2_e8.pth", {"weight": S2, "config": {}, "info": "8epoch"}, "gpt-sovits.s2", {"version": "v2"}, []),
    ("do_1.pth", {"mpd": DISCRIMINATOR, "msd": DISCRIMINATOR}, "hifi-gan.discriminator", {}, ["discriminator"]),
    ("generator.pth", {"generator": HIFI}, "hifi-gan.generator", {"mels": "80"}, []),
    ("nsf.ckpt", {"generator": {**HIFI, "m_source.l_linear.weight": T((1, 9))}}, "hifi-gan.nsf", {"mels": "80"}, []),
    (
        "my-whisper.pt",
        {"dims": DIMS, "model_state_dict": WHISPER},
        "whisper.openai",
        {"size": "base", "languages": "many"},
        [],
    ),
    ("optim.pt", training({})["optimizer"], "any.optimizer", {}, ["optimizer"]),
    (
        "model.pt",
        {
            "global_step": 9,
            "model": {"unit2ctrl.f0_embed.weight": T((4, 1)), "unit2ctrl.phase_embed.weight": T((4, 1))},
        },
        "ddsp-svc.plain",
        {"step": "9"},
        [],
    ),
    (
        "xtts.pth",
        {"model": {f"xtts.gpt.{name}.weight": T((9, 4)) for name in ("mel_embedding", "text_embedding", "text_head")}},
        "xtts.model",
        {"symbols": "9"},
        [],
    ),
    (
        "f5.pt",
        {
            "ema_model_state_dict": {
                "ema_model.transformer.text_embed.text_embed.weight": T((20, 4)),
                "ema_model.transformer.input_embed.proj.weight": T((4, 4)),
                "ema_model.transformer.transformer_blocks.0.attn.to_q.weight": T((4, 4)),
            }
        },
        "f5-tts.f5",
        {"symbols": "20"},
        [],
    ),
]


@pytest.mark.parametrize(
    ("name", "value", "kind", "wanted", "found"), FILES, ids=lambda one: one if isinstance(one, str) else ""
)
def test_files_that_people_have(
    name: str, value: dict[str, Any], kind: str, wanted: dict[str, str], found: list[str], tmp_path: Path
) -> None:
    result = inspect(torch_zip(tmp_path / name, value))
    assert result.kind == kind
    assert wanted.items() <= traits(result).items()
    assert slugs(result) == found


@pytest.mark.parametrize(("head", "version"), [(b"05", "v2Pro"), (b"06", "v2ProPlus"), (b"03", "v3 LoRA")])
def test_gpt_sovits_writes_its_version_over_the_first_bytes(head: bytes, version: str, tmp_path: Path) -> None:
    path = torch_zip(tmp_path / "voice.pth", {"weight": S2, "config": {}, "info": "8epoch"})
    path.write_bytes(head + path.read_bytes()[2:])
    found = inspect(path, deep=True)
    assert not found.findings
    assert (found.kind, found.traits["version"]) == ("gpt-sovits.s2", version)


def test_indexes_tell_the_version_they_belong_to(tmp_path: Path) -> None:
    found = inspect(faiss_ivf(tmp_path / "added.index", 768, 4, 9))
    assert traits(found) == {"version": "v2", "vectors": "9"}
    assert traits(inspect(faiss_ivf(tmp_path / "added.index", 256, 4, 9)))["version"] == "v1"


def test_rvc_onnx(tmp_path: Path) -> None:
    ports = ("phone", "phone_lengths", "pitch", "pitchf", "ds", "rnd", "audio")
    assert inspect(onnx(tmp_path / "voice.onnx", ports)).kind == "rvc.voice-onnx"


def config(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


GOOD: dict[str, dict[str, Any]] = {
    "data": {"sampling_rate": 44100, "hop_length": 512},
    "model": {"ssl_dim": 768, "n_speakers": 3, "gin_channels": 8, "upsample_rates": [8, 8, 2, 2, 2]},
    "spk": {"小明": 0, "小红": 1},
}


def test_a_config_that_fits(tmp_path: Path) -> None:
    config(tmp_path / "config.json", GOOD)
    found = inspect(torch_zip(tmp_path / "G_800.pth", training(SOVITS_G)))
    assert found.config == "config.json"
    assert not found.findings
    assert found.traits["sample_rate"] == "44100"
    assert found.traits["speakers"] == "2"


def test_a_config_that_says_nothing_of_the_weights_is_not_called_fitting(tmp_path: Path) -> None:
    config(tmp_path / "config.json", {"theme": "dark"})
    assert inspect(torch_zip(tmp_path / "G_800.pth", training(SOVITS_G))).config == ""


@pytest.mark.parametrize(
    ("section", "change", "of", "cause"),
    [
        ("model", {"ssl_dim": 256}, "channels", "model.state-dict-mismatch"),
        ("model", {"n_speakers": 200}, "speakers", "model.state-dict-mismatch"),
        ("model", {"gin_channels": 256}, "channels", "model.state-dict-mismatch"),
        ("model", {"upsample_rates": [8, 8, 4, 2]}, None, ""),
        ("data", {"hop_length": 320}, "hop", "model.config-mismatch"),
        ("spk", {"a": 2, "b": 3, "c": 4}, "speakers", "model.config-mismatch"),
    ],
)
def test_a_config_that_does_not_fit(
    section: str, change: dict[str, Any], of: str | None, cause: str, tmp_path: Path
) -> None:
    config(tmp_path / "config.json", {**GOOD, section: {**GOOD[section], **change}})
    found = inspect(torch_zip(tmp_path / "G_800.pth", training(SOVITS_G)))
    assert [(finding.values["of"], finding.cause) for finding in found.findings] == ([(of, cause)] if of else [])


def test_vits_weights_against_symbols_and_layers(tmp_path: Path) -> None:
    weights = {**VITS, "enc_p.emb.weight": T((10, 4))}
    config(
        tmp_path / "config.json",
        {"symbols": ["a"] * 11, "model": {"upsample_rates": [8, 8, 2, 2], "hidden_channels": 4}},
    )
    found = inspect(torch_zip(tmp_path / "G_1.pth", {"model": weights, "iteration": 1}))
    assert found.kind == "vits.generator"
    assert {finding.values["of"] for finding in found.findings} == {"symbols", "layers"}


def test_vocoder_config(tmp_path: Path) -> None:
    good = {"num_mels": 80, "upsample_initial_channel": 16, "upsample_rates": [256], "hop_size": 256}
    config(tmp_path / "config.json", good)
    path = torch_zip(tmp_path / "generator", {"generator": HIFI})
    assert not inspect(path).findings
    config(tmp_path / "config.json", {**good, "num_mels": 128, "hop_size": 512})
    assert {finding.values["of"] for finding in inspect(path).findings} == {"mels", "hop"}


def test_a_yaml_config_and_a_broken_one(tmp_path: Path) -> None:
    value = {"model": {"unit_embed.weight": T((4, 768)), "volume_embed.weight": T((4, 1)), "decoder.betas": T((9,))}}
    path = torch_zip(tmp_path / "model_0.pt", value)
    (tmp_path / "config.yaml").write_text("data:\n  encoder_out_channels: 256\n  encoder: vec256l9\n")
    assert slugs(inspect(path)) == ["differs-from-config"]
    (tmp_path / "config.yaml").write_text("data:\n  encoder_out_channels: [256\n")
    broken = inspect(path)
    assert slugs(broken) == ["config-broken"]
    assert broken.config == ""
    (finding,) = inspect(tmp_path / "config.yaml").findings
    assert (finding.cause, finding.slug) == ("model.config-syntax", "syntax")


def test_tensors_of_safetensors_are_found_by_the_same_names(tmp_path: Path) -> None:
    tensors = {f"module.{name}": tensor for name, tensor in {**VITS, "enc_p.emb.weight": T((10, 4))}.items()}
    assert inspect(safetensors(tmp_path / "G.safetensors", tensors)).kind == "vits.generator"
