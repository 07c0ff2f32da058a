// Inputs and outputs of half precision become 32-bit floats; within, the graph stays as it is. The runtime's binding takes no
// half precision from the Float16Array that Node 24 has.
import { addInput, addOutput, ELEMENT, type Graph, getElement, getName, makeNode } from './onnx.ts';

export function widenHalves(graph: Graph): void {
  const isHalf = (value: Graph['inputs'][number]) => getElement(value) === ELEMENT.half;
  const inputs = graph.inputs.filter(isHalf).map(getName);
  const outputs = graph.outputs.filter(isHalf).map(getName);
  const narrow = (name: string) => `${name}_half`;
  const rename = (names: readonly string[], among: readonly string[]) =>
    names.map((name) => (among.includes(name) ? narrow(name) : name));
  for (const node of graph.nodes) {
    node.inputs = rename(node.inputs, [...inputs, ...outputs]);
    node.outputs = rename(node.outputs, outputs);
  }
  graph.inputs = graph.inputs.filter((value) => !isHalf(value));
  graph.outputs = graph.outputs.filter((value) => !isHalf(value));
  for (const name of inputs) {
    addInput(graph, name, ELEMENT.float);
    graph.nodes.unshift(makeNode('Cast', [name], [narrow(name)], { to: ELEMENT.half }));
  }
  for (const name of outputs) {
    addOutput(graph, name, ELEMENT.float);
    graph.nodes.push(makeNode('Cast', [narrow(name)], [name], { to: ELEMENT.float }));
  }
}
