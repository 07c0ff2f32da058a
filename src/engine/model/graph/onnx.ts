// An ONNX file as something that can be changed: its nodes, constants, inputs and outputs. Field numbers are those of onnx.proto.
import {
  blob,
  type Field,
  float,
  integer,
  join,
  layOut,
  message,
  nest,
  readFields,
  text,
  toInteger,
  toIntegers,
  toText,
} from './wire.ts';

const MODEL = { graph: 7, opsets: 8 } as const;
const OPSET = { domain: 1, version: 2 } as const;
const GRAPH = { nodes: 1, constants: 5, inputs: 11, outputs: 12, valueInfos: 13 } as const;
const NODE = { inputs: 1, outputs: 2, name: 3, op: 4, attributes: 5, domain: 7 } as const;
const TENSOR = { dims: 1, type: 2, floats: 4, int32s: 5, int64s: 7, name: 8, raw: 9, external: 13 } as const;
const VALUE = { name: 1, type: 2, tensor: 1, element: 1, shape: 2 } as const;
const SHAPE = { size: 1, number: 1, name: 2 } as const;
/** Of what is said about values in another file. */
const ENTRY = { key: 1, value: 2 } as const;
const ATTRIBUTE = { name: 1, float: 2, integer: 3, integers: 8, type: 20 } as const;
/** Of attributes. */
const TYPE = { float: 1, integer: 2, integers: 7 } as const;

/** Element types of tensors. */
export const ELEMENT = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, half: 10 } as const;
export type ElementType = (typeof ELEMENT)[keyof typeof ELEMENT];

export interface GraphNode {
  name: string;
  op: string;
  /** '' is the standard one. */
  domain: string;
  inputs: string[];
  outputs: string[];
  /** As they lie in the file. */
  attributes: Field[];
}

export interface Constant {
  name: string;
  type: number;
  dims: number[];
  fields: Field[];
}

export interface Graph {
  nodes: GraphNode[];
  constants: Map<string, Constant>;
  inputs: Field[];
  outputs: Field[];
  /** Version of the standard operators. */
  opset: number;
  write(): Uint8Array<ArrayBuffer>;
}

/** Throws naming what is wrong when the bytes are no ONNX model. */
export function readGraph(bytes: Uint8Array): Graph {
  const model = readFields(bytes);
  const body = model.find(({ no }) => no === MODEL.graph);
  if (body === undefined) throw new Error('the file holds no graph');
  const fields = readFields(body.bytes);
  const pick = (no: number) => fields.filter((field) => field.no === no);
  const constants = pick(GRAPH.constants).map(readConstant);
  const graph = {
    nodes: pick(GRAPH.nodes).map(readNode),
    constants: new Map(constants.map((constant) => [constant.name, constant])),
    inputs: pick(GRAPH.inputs),
    outputs: pick(GRAPH.outputs),
    opset: findOpset(model),
  };
  return {
    ...graph,
    write() {
      const owned: readonly number[] = [
        GRAPH.nodes,
        GRAPH.constants,
        GRAPH.inputs,
        GRAPH.outputs,
        GRAPH.valueInfos,
      ];
      const pieces = [
        ...layOut([...this.nodes.map(writeNode), ...fields.filter(({ no }) => !owned.includes(no))]),
        ...[...this.constants.values()].flatMap((one) => nest(GRAPH.constants, layOut(one.fields))),
        ...layOut([...this.inputs, ...this.outputs]),
      ];
      return join(model.flatMap((field) => (field === body ? nest(MODEL.graph, pieces) : layOut([field]))));
    },
  };
}

function findOpset(model: readonly Field[]): number {
  for (const field of model) {
    if (field.no !== MODEL.opsets) continue;
    const opset = readFields(field.bytes);
    const domain = opset.find(({ no }) => no === OPSET.domain);
    const version = opset.find(({ no }) => no === OPSET.version);
    if ((domain === undefined || domain.bytes.length === 0) && version !== undefined)
      return toInteger(version);
  }
  throw new Error('the file does not say which version of ONNX it is written in');
}

function readNode({ bytes }: Field): GraphNode {
  const fields = readFields(bytes);
  const texts = (wanted: number) => fields.filter(({ no }) => no === wanted).map(toText);
  return {
    name: texts(NODE.name)[0] ?? '',
    op: texts(NODE.op)[0] ?? '',
    domain: texts(NODE.domain)[0] ?? '',
    inputs: texts(NODE.inputs),
    outputs: texts(NODE.outputs),
    attributes: fields.filter(({ no }) => no === NODE.attributes),
  };
}

function writeNode({ name, op, domain, inputs, outputs, attributes }: GraphNode): Field {
  return message(GRAPH.nodes, [
    ...inputs.map((input) => text(NODE.inputs, input)),
    ...outputs.map((output) => text(NODE.outputs, output)),
    text(NODE.name, name),
    text(NODE.op, op),
    ...attributes,
    ...(domain === '' ? [] : [text(NODE.domain, domain)]),
  ]);
}

export function makeNode(
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: Readonly<Record<string, number>> = {},
): GraphNode {
  const fields = Object.entries(attributes).map(([name, value]) =>
    message(NODE.attributes, [
      text(ATTRIBUTE.name, name),
      integer(ATTRIBUTE.integer, value),
      integer(ATTRIBUTE.type, TYPE.integer),
    ]),
  );
  return { name: '', op, domain: '', inputs, outputs, attributes: fields };
}

/** An attribute's list of integers; undefined where the node has none of that name. */
export function readIntegers({ attributes }: GraphNode, name: string): number[] | undefined {
  const found = attributes.find((attribute) => isNamed(attribute, name));
  return found && toIntegers(readFields(found.bytes), ATTRIBUTE.integers);
}

/** An attribute's integer; undefined where the node has none of that name. */
export function readInteger({ attributes }: GraphNode, name: string): number | undefined {
  const found = attributes.find((attribute) => isNamed(attribute, name));
  const value = found && readFields(found.bytes).find(({ no }) => no === ATTRIBUTE.integer);
  return value && toInteger(value);
}

/** In the place of the attribute that it has of this name. */
export function setIntegers(node: GraphNode, name: string, values: readonly number[]): void {
  setAttribute(
    node,
    name,
    TYPE.integers,
    values.map((value) => integer(ATTRIBUTE.integers, value)),
  );
}

export function setFloat(node: GraphNode, name: string, value: number): void {
  setAttribute(node, name, TYPE.float, [float(ATTRIBUTE.float, value)]);
}

function setAttribute(node: GraphNode, name: string, type: number, values: Field[]): void {
  const fields = [text(ATTRIBUTE.name, name), ...values, integer(ATTRIBUTE.type, type)];
  const others = node.attributes.filter((attribute) => !isNamed(attribute, name));
  node.attributes = [...others, message(NODE.attributes, fields)];
}

function isNamed({ bytes }: Field, name: string): boolean {
  const found = readFields(bytes).find(({ no }) => no === ATTRIBUTE.name);
  return found !== undefined && toText(found) === name;
}

function readConstant({ bytes }: Field): Constant {
  const fields = readFields(bytes);
  const find = (wanted: number) => fields.find(({ no }) => no === wanted);
  const name = find(TENSOR.name);
  const type = find(TENSOR.type);
  return {
    name: name === undefined ? '' : toText(name),
    type: type === undefined ? 0 : toInteger(type),
    dims: toIntegers(fields, TENSOR.dims),
    fields,
  };
}

/** The values of a constant of bytes, 32-bit floats or integers. Throws where they lie in another file. */
export function readValues({ name, type, fields }: Constant): ArrayLike<number> {
  if (fields.some(({ no }) => no === TENSOR.external)) throw new Error(`${name} lies in another file`);
  const raw = fields.find(({ no }) => no === TENSOR.raw);
  if (raw !== undefined) {
    // A copy, since typed arrays want their values aligned.
    const bytes = Uint8Array.from(raw.bytes);
    if (type === ELEMENT.float) return new Float32Array(bytes.buffer);
    if (type === ELEMENT.uint8) return bytes;
    if (type === ELEMENT.int8) return new Int8Array(bytes.buffer);
    if (type === ELEMENT.int32) return new Int32Array(bytes.buffer);
    if (type === ELEMENT.int64) return Array.from(new BigInt64Array(bytes.buffer), Number);
  }
  if (type === ELEMENT.float) {
    const floats = fields.filter(({ no }) => no === TENSOR.floats).map(({ bytes }) => bytes);
    return new Float32Array(Uint8Array.from(Buffer.concat(floats)).buffer);
  }
  return toIntegers(fields, type === ELEMENT.int64 ? TENSOR.int64s : TENSOR.int32s);
}

/** `values` are kept as they are, without a copy. */
export function makeConstant(
  name: string,
  values: Float32Array | BigInt64Array,
  dims: readonly number[],
): Constant {
  const type = values instanceof Float32Array ? ELEMENT.float : ELEMENT.int64;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const fields = [
    ...dims.map((dim) => integer(TENSOR.dims, dim)),
    integer(TENSOR.type, type),
    text(TENSOR.name, name),
    blob(TENSOR.raw, bytes),
  ];
  return { name, type, dims: [...dims], fields };
}

/** The same values under another name and in another shape, without a copy. */
export function withDims({ type, fields }: Constant, name: string, dims: readonly number[]): Constant {
  const owned: readonly number[] = [TENSOR.dims, TENSOR.name];
  const kept = fields.filter(({ no }) => !owned.includes(no));
  const written = [...dims.map((dim) => integer(TENSOR.dims, dim)), text(TENSOR.name, name), ...kept];
  return { name, type, dims: [...dims], fields: written };
}

/** Sizes, or names of those that vary. Left out: of whatever shape. */
type Shape = readonly (number | string)[];

/** Adds what a node makes to the outputs, under the name it has there. */
export function addOutput(graph: Graph, name: string, type: ElementType, shape?: Shape): void {
  graph.outputs.push(describeValue(GRAPH.outputs, { name, type, shape }));
}

export function addInput(graph: Graph, name: string, type: ElementType, shape?: Shape): void {
  graph.inputs.push(describeValue(GRAPH.inputs, { name, type, shape }));
}

function describeValue(
  no: number,
  { name, type, shape }: { name: string; type: ElementType; shape: Shape | undefined },
): Field {
  const sizes = shape?.map((size) =>
    message(SHAPE.size, [typeof size === 'number' ? integer(SHAPE.number, size) : text(SHAPE.name, size)]),
  );
  const tensor = message(VALUE.tensor, [
    integer(VALUE.element, type),
    ...(sizes === undefined ? [] : [message(VALUE.shape, sizes)]),
  ]);
  return message(no, [text(VALUE.name, name), message(VALUE.type, [tensor])]);
}

/** Takes away the nodes that nothing uses, and the constants that are then left over. */
export function dropUnused(graph: Graph): void {
  const makers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  const wanted = new Set<GraphNode>();
  const names = new Set<string>();
  const stack = graph.outputs.map((output) => getName(output));
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    const node = makers.get(name);
    if (node === undefined || wanted.has(node)) continue;
    wanted.add(node);
    stack.push(...node.inputs);
  }
  graph.nodes = graph.nodes.filter((node) => wanted.has(node));
  graph.constants = new Map([...graph.constants].filter(([name]) => names.has(name)));
}

export function getElement({ bytes }: Field): number | undefined {
  const find = (fields: readonly Field[], wanted: number) => fields.find(({ no }) => no === wanted);
  const type = find(readFields(bytes), VALUE.type);
  const tensor = type && find(readFields(type.bytes), VALUE.tensor);
  const element = tensor && find(readFields(tensor.bytes), VALUE.element);
  return element && toInteger(element);
}

export function getName(value: Field): string {
  const name = readFields(value.bytes).find(({ no }) => no === VALUE.name);
  return name === undefined ? '' : toText(name);
}

/** A tensor's name, element type and shape as the file gives them; a size that varies is its name, or ''. */
export interface ValueShape {
  name: string;
  type: number | undefined;
  shape: (number | string)[];
}

export function readShape(value: Field): ValueShape {
  const find = (fields: readonly Field[], wanted: number) => fields.find(({ no }) => no === wanted);
  const type = find(readFields(value.bytes), VALUE.type);
  const tensor = type && find(readFields(type.bytes), VALUE.tensor);
  const shape = tensor && find(readFields(tensor.bytes), VALUE.shape);
  const sizes = shape === undefined ? [] : readFields(shape.bytes).filter(({ no }) => no === SHAPE.size);
  return {
    name: getName(value),
    type: getElement(value),
    shape: sizes.map(({ bytes }) => {
      const fields = readFields(bytes);
      const number = find(fields, SHAPE.number);
      const name = find(fields, SHAPE.name);
      return number === undefined ? (name === undefined ? '' : toText(name)) : toInteger(number);
    }),
  };
}

/** Where a constant's bytes lie when they lie in another file, `location` being relative to the graph's; undefined when in the graph. */
export function findExternal({
  fields,
}: Constant): { location: string; offset: number; length: number | undefined } | undefined {
  const entries = fields
    .filter(({ no }) => no === TENSOR.external)
    .map(({ bytes }) => {
      const entry = readFields(bytes);
      const find = (wanted: number) => entry.find(({ no }) => no === wanted);
      const [key, value] = [find(ENTRY.key), find(ENTRY.value)];
      return [key === undefined ? '' : toText(key), value === undefined ? '' : toText(value)] as const;
    });
  const known = new Map(entries);
  const location = known.get('location');
  if (location === undefined) return undefined;
  const length = known.get('length');
  return {
    location,
    offset: Number(known.get('offset') ?? 0),
    length: length === undefined ? undefined : Number(length),
  };
}
