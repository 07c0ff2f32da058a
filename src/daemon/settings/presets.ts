// Texts with settings that a page offers to start from: voices/presets.yaml.
import { readFile } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';

/** As the page of Chatterbox-TTS-Server takes them. */
export const Preset = Type.Object({
  name: Type.String({ minLength: 1 }),
  text: Type.String({ minLength: 1 }),
  params: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
});
export type Preset = Static<typeof Preset>;

const presets = Compile(Type.Array(Preset));

export async function readPresets(path: string): Promise<readonly Preset[]> {
  const found: unknown = parse(await readFile(path, 'utf8'));
  if (!presets.Check(found)) throw new Error(`${path} is not a list of presets`);
  return found;
}
