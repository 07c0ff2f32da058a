"""A Chatterbox of the real size whose weights are random: what it says is noise, what it costs is real. The same classes and graphs as the
tiny ones, with the reference's own sizes; `language_model` in the quantisations that can be made here too. Gigabytes: it is for
measurements, not for the repository. `python full_size.py turbo FOLDER`."""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnx
import t3_graphs
import torch
import voice_graphs
from chatterbox.models.s3gen import s3gen as s3gen_module
from chatterbox.models.t3 import t3 as t3_module
from chatterbox.models.t3.modules.t3_config import T3Config
from compact import share_constants
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from tiny_reference import TEXT_IDS, NoAnalyzer, set_turbo

FLOW_STEPS = {"turbo": 2, "base": 10, "multilingual": 10}
Q4_BLOCK = 32


def make_t3(kind):
    hp = T3Config(text_tokens_dict_size=TEXT_IDS[kind])
    if kind == "turbo":
        set_turbo(hp)
    t3_module.AlignmentStreamAnalyzer = NoAnalyzer
    t3 = t3_module.T3(hp).eval()
    if kind == "turbo":
        # One row for each id, as it is.
        t3.text_high, t3.text_low = t3.text_emb.weight.detach(), torch.zeros(1, t3.dim)
        t3_graphs.TEXT_FOLD = 1
    return t3


def make_s3gen(kind):
    model = s3gen_module.S3Token2Wav(meanflow=kind == "turbo")
    for module in model.modules():
        if torch.nn.utils.parametrize.is_parametrized(module):
            torch.nn.utils.parametrize.remove_parametrizations(module, "weight")
    return model.eval()


def save(module, args, path, inputs, outputs, axes):
    """Takes the place of the one that makes a graph small: weights beside the graph, as the public exports have them."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        exported = Path(folder) / "graph.onnx"
        torch.onnx.export(
            module.eval(), args, str(exported), input_names=inputs, output_names=outputs, dynamic_axes=axes, opset_version=17,
            do_constant_folding=True, dynamo=False,
        )
        model = onnx.load(exported)
    share_constants(model.graph)
    drop_identities(model.graph)
    save_beside(model, path)


def drop_identities(graph):
    """Each later step of the flow has its weights by another name."""
    outputs = {value.name for value in graph.output}
    dropped = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Identity" and node.output[0] not in outputs}

    def find(name):
        while name in dropped:
            name = dropped[name]
        return name

    nodes = [node for node in graph.node if node.op_type != "Identity" or node.output[0] in outputs]
    for node in nodes:
        node.input[:] = [find(name) for name in node.input]
    del graph.node[:]
    graph.node.extend(nodes)


def save_beside(model, path):
    path.with_name(path.name + "_data").unlink(missing_ok=True)
    onnx.save_model(model, path, save_as_external_data=True, location=path.name + "_data", size_threshold=1024)


def quantise(path):
    """`_q4`: blocks of 32 with a scale each; `_quantized`: 8 bits, what comes in is quantised on the way."""
    model = onnx.load(path)
    split_gemms(model.graph)
    q4 = MatMulNBitsQuantizer(model, block_size=Q4_BLOCK, is_symmetric=True)
    q4.process()
    save_beside(q4.model.model, path.with_name(path.stem + "_q4.onnx"))
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        q8 = Path(folder) / "graph.onnx"
        quantize_dynamic(path, q8, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"], use_external_data_format=True)
        save_beside(onnx.load(q8), path.with_name(path.stem + "_quantized.onnx"))


def split_gemms(graph):
    """Products that come with their sum are left alone by the quantiser."""
    tables = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        if node.op_type != "Gemm":
            nodes.append(node)
            continue
        product, factor = node.output[0] + "/product", node.input[1]
        if any(attribute.name == "transB" and attribute.i for attribute in node.attribute):
            factor += "/turned"
            turned = numpy_helper.to_array(tables[node.input[1]]).T
            graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(turned), factor))
        nodes.append(helper.make_node("MatMul", [node.input[0], factor], [product], name=node.name))
        nodes.append(helper.make_node("Add", [product, node.input[2]], node.output, name=node.name + "/sum"))
    del graph.node[:]
    graph.node.extend(nodes)


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=FLOW_STEPS)
    parser.add_argument("folder", type=Path)
    kind, folder = parser.parse_args().kind, parser.parse_args().folder
    graphs = folder / "onnx"
    graphs.mkdir(parents=True, exist_ok=True)
    for module in (t3_graphs, voice_graphs):
        module.save = save
    voice_graphs.fold = lambda _path: None
    voice_graphs.FLOW_STEPS = FLOW_STEPS[kind]
    t3, s3gen = make_t3(kind), make_s3gen(kind)
    t3_graphs.export_embeds(t3, graphs / "embed_tokens.onnx")
    t3_graphs.export_model(t3, graphs / "language_model.onnx")
    voice_graphs.make_exportable()
    voice_graphs.export_encoder(voice_graphs.SpeechEncoder(t3, s3gen, kind), graphs / "speech_encoder.onnx")
    voice_graphs.export_decoder(voice_graphs.ConditionalDecoder(s3gen), graphs / "conditional_decoder.onnx")
    del t3, s3gen
    quantise(graphs / "language_model.onnx")
    for path in sorted(graphs.iterdir()):
        print(path.stat().st_size, path.name)


if __name__ == "__main__":
    torch.set_num_threads(2)
    main()
