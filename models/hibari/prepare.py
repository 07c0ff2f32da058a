"""Makes acoustic.onnx and manifest.json of this folder from the hibari-tts wheel. Development only; see README.md."""

import hashlib
import json
import math
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

WHEEL_SHA256 = "49f2abbbe451c988e7448b5afa08c8a56410535ebb855c0e7d174275df5ca1f3"
HERE = Path(__file__).parent
BINS = 601
LOG_GAIN_LIMIT = 7.0
# The weights hold heart; the engine derives the others (src/engine/engines/hibari/speakers.ts).
SPEAKERS = [
    ("heart", "Heart", "female"),
    ("hazel-1", "Hazel", "female"),
    ("ivy-1", "Ivy", "female"),
    ("poppy-1", "Poppy", "female"),
    ("theo-1", "Theo", "male"),
    ("martin-1", "Martin", "male"),
    ("bruno-1", "Bruno", "male"),
    ("walter-1", "Walter", "male"),
]


def main(wheel: Path) -> None:
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != WHEEL_SHA256:
        sys.exit(f"{wheel}: expected SHA-256 {WHEEL_SHA256}, got {found}")
    with zipfile.ZipFile(wheel) as archive:
        model = onnx.load_from_string(archive.read("hibari/assets/hibari.onnx"))
    expose_durations(model.graph)
    append_spectrum(model.graph)
    model.graph.ClearField("value_info")
    onnx.checker.check_model(model)
    fuse(model, HERE / "acoustic.onnx")
    write_manifest()


def expose_durations(graph: onnx.GraphProto) -> None:
    """Gives the frames of each phoneme, int64 [L] in units of 25 ms, a name and makes them an output."""
    graph.node.append(helper.make_node("Identity", ["/Cast_32_output_0"], ["durations"]))
    graph.output.append(helper.make_tensor_value_info("durations", TensorProto.INT64, ["L"]))


def append_spectrum(graph: onnx.GraphProto) -> None:
    """Replaces log gains and angles by complex factors, and lets each frame lie contiguous: float32 [1, F, 601]."""
    split = next(node for node in graph.node if node.name == "/Split")
    turn = next(node for node in graph.node if split.input[0] in node.output)
    heads = turn.input[0]
    assert turn.op_type == "Transpose" and heads == "/head/Add_output_0"
    for node in (turn, split):
        graph.node.remove(node)
    for name in ("lh", "theta", "ln", "lr", "phi"):
        graph.output.remove(next(output for output in graph.output if output.name == name))

    def constant(name: str, value: np.ndarray) -> str:
        graph.initializer.append(numpy_helper.from_array(value, name))
        return name

    limit = constant("log_gain_limit", np.float32(LOG_GAIN_LIMIT))
    pi = constant("pi", np.float32(math.pi))
    sizes = constant("head_sizes", np.array([BINS] * 5, dtype=np.int64))
    parts = ["harmonic_log_gain", "harmonic_turn", "noise_log_gain", "residual_log_gain", "residual_angle"]
    nodes = [helper.make_node("Split", [heads, sizes], parts, axis=2)]

    def node(kind: str, inputs: list[str], output: str) -> str:
        nodes.append(helper.make_node(kind, inputs, [output]))
        return output

    def gain(part: str) -> str:
        limited = node("Min", [f"{part}_log_gain", limit], f"{part}_log_gain_limited")
        return node("Exp", [limited], f"{part}_gain")

    def rotation(part: str, angle: str) -> None:
        length = gain(part)
        for axis, kind in (("re", "Cos"), ("im", "Sin")):
            direction = node(kind, [angle], f"{part}_direction_{axis}")
            node("Mul", [length, direction], f"{part}_{axis}")

    turned = node("Tanh", ["harmonic_turn"], "harmonic_half_turns")
    rotation("harmonic", node("Mul", [turned, pi], "harmonic_angle"))
    gain("noise")
    rotation("residual", "residual_angle")
    graph.node.extend(nodes)
    for name in ("harmonic_re", "harmonic_im", "noise_gain", "residual_re", "residual_im"):
        graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "F", BINS]))


def fuse(model: onnx.ModelProto, path: Path) -> None:
    """Writes the graph with ONNX Runtime's fusions that suit every CPU, ready to be opened without any further work.

    Without shapes ONNX Runtime has no plan for sharing memory to make, which took two thirds of the time to open.
    """
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    fused = onnx.load(path)
    fused.graph.ClearField("value_info")
    for value in (*fused.graph.input, *fused.graph.output):
        value.type.tensor_type.ClearField("shape")
    onnx.save(fused, path)


def write_manifest() -> None:
    shipped = sorted(p for p in HERE.iterdir() if p.suffix in (".onnx", ".json", ".gz", ".pack") and p.name != "manifest.json")
    manifest = {
        "id": "hibari",
        "name": "hibari",
        "revision": "0.2.1-1",
        "engine": "hibari",
        "licence": "Apache-2.0",
        "source": "https://pypi.org/project/hibari-tts/0.2.1/",
        "languages": ["en-US"],
        "sampleRateHz": 24000,
        "parameters": {"speed": {"min": 0.25, "max": 4, "default": 1}},
        "speakers": [
            {"id": id, "name": name, "language": "en-US", "gender": gender}
            for id, name, gender in SPEAKERS
        ],
        "files": {
            path.name: {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
            for path in shipped
        },
    }
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: prepare.py hibari_tts-0.2.1-py3-none-any.whl")
    main(Path(sys.argv[1]))
