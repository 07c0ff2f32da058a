// The npm packages that speak the same models, kept out of ours: each in a folder of its own, with the weights in the form it wants.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VOCABULARY } from '../../src/engine/engines/kokoro/vocabulary.ts';
import {
  addInput,
  addOutput,
  ELEMENT,
  type Graph,
  getElement,
  getName,
  makeNode,
  readGraph,
} from '../../src/engine/model/graph/onnx.ts';
import { message, readFields, text, writeFields } from '../../src/engine/model/graph/wire.ts';
import { CACHE_DIR } from '../cache-dir.ts';

const PACKAGES = { 'kokoro-js': '1.2.1', 'sherpa-onnx-node': '1.13.8' } as const;
const ESPEAK_DATA = [
  '/usr/lib/*/espeak-ng-data',
  '/usr/share/espeak-ng-data',
  '/opt/homebrew/share/espeak-ng-data',
];
/** Of an ONNX model: what else its makers say of it, by key. */
const METADATA_FIELD = 14;

/** The folder that holds its node_modules. Throws when it cannot be installed. */
function bringPackage(name: keyof typeof PACKAGES): string {
  const dir = join(CACHE_DIR, name);
  const version = PACKAGES[name];
  if (existsSync(join(dir, `ready-${version}`))) return dir;
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"private":true}');
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`];
  execFileSync('npm', install, { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] });
  mkdirSync(join(dir, `ready-${version}`));
  return dir;
}

/** Its arguments: where it is installed, the folder of its models, the model in it. It has the voices itself. */
export function bringKokoroJs(modelDir: string, graph: string): string[] {
  const dir = bringPackage('kokoro-js');
  const models = join(dir, 'models');
  const model = join(models, 'kokoro');
  mkdirSync(join(model, 'onnx'), { recursive: true });
  writeUnderItsNames(join(modelDir, graph), join(model, 'onnx', 'model_quantized.onnx'));
  const ids = Object.fromEntries([['$', 0], ...VOCABULARY]);
  const known = [...VOCABULARY.keys()].join('').replaceAll(/[\]\\^-]/g, '\\$&');
  const padding = { SpecialToken: { id: '$', type_id: 0 } };
  const tokenizer = {
    version: '1.0',
    added_tokens: [],
    normalizer: { type: 'Replace', pattern: { Regex: `[^$${known}]` }, content: '' },
    pre_tokenizer: { type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated', invert: false },
    post_processor: {
      type: 'TemplateProcessing',
      single: [padding, { Sequence: { id: 'A', type_id: 0 } }, padding],
      special_tokens: { $: { id: '$', ids: [0], tokens: ['$'] } },
    },
    decoder: null,
    model: { vocab: ids },
  };
  const settings = {
    'config.json': { model_type: 'style_text_to_speech_2' },
    'tokenizer.json': tokenizer,
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizer',
      model_max_length: 512,
      unk_token: '$',
    },
  };
  for (const [name, content] of Object.entries(settings))
    writeFileSync(join(model, name), JSON.stringify(content));
  return [dir, models, 'kokoro'];
}

/** Its arguments: where it is installed, its settings, the engine, the number of the speaker. */
export function bringSherpa(
  engine: 'kokoro' | 'piper',
  { modelDir, graph, voice }: { modelDir: string; graph: string; voice: string },
): string[] {
  const espeakData = globSync(ESPEAK_DATA)[0];
  if (espeakData === undefined) throw new Error('it reads text by the data of espeak-ng: install espeak-ng');
  const dir = bringPackage('sherpa-onnx-node');
  const model = join(dir, engine);
  mkdirSync(model, { recursive: true });
  const settings =
    engine === 'kokoro' ? fillKokoro(model, modelDir, graph) : fillPiper(model, modelDir, graph);
  const speaker = engine === 'kokoro' ? listVoices(modelDir).indexOf(voice) : 0;
  return [dir, JSON.stringify({ ...settings, dataDir: espeakData }), engine, String(speaker)];
}

/** The first version of its form, in which espeak-ng reads the text: the second wants lists of words that only its makers have. */
function fillKokoro(model: string, modelDir: string, graph: string): Record<string, string> {
  const voices = listVoices(modelDir);
  writeGraph(join(modelDir, graph), join(model, 'model.onnx'), {
    model_type: 'kokoro',
    language: 'English',
    has_espeak: '1',
    sample_rate: '24000',
    version: '1',
    voice: 'en-us',
    style_dim: '510,1,256',
    n_speakers: String(voices.length),
    speaker_names: voices.join(','),
  });
  const tables = voices.map((name) => readFileSync(join(modelDir, 'voices', `${name}.bin`)));
  writeFileSync(join(model, 'voices.bin'), Buffer.concat(tables));
  writeTokens(join(model, 'tokens.txt'), [['$', 0], ...VOCABULARY]);
  return {
    model: join(model, 'model.onnx'),
    voices: join(model, 'voices.bin'),
    tokens: join(model, 'tokens.txt'),
  };
}

function fillPiper(model: string, modelDir: string, graph: string): Record<string, string> {
  const config = JSON.parse(readFileSync(join(modelDir, `${graph}.json`), 'utf8'));
  writeGraph(join(modelDir, graph), join(model, 'model.onnx'), {
    model_type: 'vits',
    comment: 'piper',
    language: 'English',
    voice: config.espeak.voice,
    has_espeak: '1',
    n_speakers: String(config.num_speakers),
    sample_rate: String(config.audio.sample_rate),
  });
  const ids = Object.entries(config.phoneme_id_map as Record<string, number[]>);
  writeTokens(
    join(model, 'tokens.txt'),
    ids.map(([phoneme, [id]]) => [phoneme, id!] as const),
  );
  return { model: join(model, 'model.onnx'), tokens: join(model, 'tokens.txt') };
}

/** The same graph, with what it wants to be told in it. */
function writeGraph(from: string, to: string, metadata: Readonly<Record<string, string>>): void {
  if (existsSync(to)) return;
  const entries = Object.entries(metadata).map(([key, value]) =>
    message(METADATA_FIELD, [text(1, key), text(2, value)]),
  );
  writeFileSync(to, writeFields([...readFields(readFileSync(from)), ...entries]));
}

function writeTokens(path: string, tokens: readonly (readonly [string, number])[]): void {
  writeFileSync(path, tokens.map(([token, id]) => `${token} ${id}\n`).join(''));
}

function listVoices(modelDir: string): string[] {
  return readdirSync(join(modelDir, 'voices'))
    .filter((name) => name.endsWith('.bin'))
    .map((name) => name.slice(0, -4))
    .sort();
}

/** The same graph with the names of the export that kokoro-js is made for, and the speed as a float. */
function writeUnderItsNames(from: string, to: string): void {
  if (existsSync(to)) return;
  const graph = readGraph(readFileSync(from));
  const isOwn = (value: Graph['inputs'][number]) => ['tokens', 'speed'].includes(getName(value));
  const speedType = getElement(graph.inputs.find((value) => getName(value) === 'speed')!);
  graph.inputs = graph.inputs.filter((value) => !isOwn(value));
  addInput(graph, 'input_ids', ELEMENT.int64);
  addInput(graph, 'speed', ELEMENT.float);
  for (const node of graph.nodes)
    node.inputs = node.inputs.map((name) => (name === 'speed' ? 'speed_as_it_was' : name));
  graph.nodes.unshift(
    makeNode('Identity', ['input_ids'], ['tokens']),
    makeNode('Cast', ['speed'], ['speed_as_it_was'], { to: speedType! }),
  );
  graph.nodes.push(makeNode('Identity', ['audio'], ['waveform']));
  graph.outputs = [];
  addOutput(graph, 'waveform', ELEMENT.float);
  writeFileSync(to, graph.write());
}
