"""Makes an exported graph small without changing what it computes: short names, each constant once, and tables that lie on a grid of
255 steps as whole numbers with a scale."""

import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

LEAST_TABLE = 400


def fold(path):
    """Takes the runtime's first step once and for all: what depends on no input is computed. It is opened in half the time."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    with tempfile.NamedTemporaryFile(suffix=".onnx") as folded:
        options.optimized_model_filepath = folded.name
        onnxruntime.InferenceSession(str(path), options)
        model = onnx.load(folded.name)
    del model.opset_import[:]
    model.opset_import.extend(onnx.load(str(path)).opset_import)
    onnx.save(compact(model), str(path))


def compact(model):
    graph = model.graph
    kept = {value.name for value in (*graph.input, *graph.output)}
    share_constants(graph)
    shrink_tables(graph)
    rename(graph, kept)
    del graph.value_info[:]
    return model


def share_constants(graph):
    """Constants that are nodes become initialisers, equal ones the same."""
    known, names, nodes = {}, {}, []
    for node in graph.node:
        if node.op_type != "Constant":
            nodes.append(node)
            continue
        tensor = node.attribute[0].t
        key = (tensor.data_type, tuple(tensor.dims), numpy_helper.to_array(tensor).tobytes())
        if key not in known:
            known[key] = node.output[0]
            tensor.name = node.output[0]
            graph.initializer.append(tensor)
        names[node.output[0]] = known[key]
    for node in nodes:
        for i, name in enumerate(node.input):
            node.input[i] = names.get(name, name)
    del graph.node[:]
    graph.node.extend(nodes)


def shrink_tables(graph):
    tables, extra = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        small = as_steps(values) if tensor.data_type == TensorProto.FLOAT and values.size > LEAST_TABLE else None
        # Whoever runs the model reads the embeddings of text out of the file.
        if small is None or tensor.name == "text":
            tables.append(tensor)
            continue
        steps, scale = small
        tables.append(numpy_helper.from_array(steps, f"{tensor.name}.steps"))
        tables.append(numpy_helper.from_array(np.array(scale, dtype=np.float32), f"{tensor.name}.scale"))
        extra.append(helper.make_node("DequantizeLinear", [f"{tensor.name}.steps", f"{tensor.name}.scale"], [tensor.name]))
    del graph.initializer[:]
    graph.initializer.extend(tables)
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*extra, *nodes])


def as_steps(values):
    peak = np.abs(values).max()
    if peak == 0:
        return None
    for largest in range(127, 63, -1):
        scale = np.float32(peak / np.float32(largest))
        steps = np.round(values / scale)
        if np.abs(steps * scale - values).max() <= 1e-6 * peak:
            return steps.astype(np.int8), scale
    return None


def rename(graph, kept):
    names = {}

    def short(name):
        if name in kept or name == "":
            return name
        return names.setdefault(name, f"t{len(names)}")

    for tensor in graph.initializer:
        tensor.name = short(tensor.name)
    for node in graph.node:
        node.name = ""
        node.doc_string = ""
        node.input[:] = [short(name) for name in node.input]
        node.output[:] = [short(name) for name in node.output]
