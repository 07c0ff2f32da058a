// What may stand where the cursor is: asked by the shells' completion, answered from the command table and the daemon.
import type { JobView } from '../api/job.ts';
import type { ListReply } from '../api/v1.ts';
import type { VoicesReply } from '../api/voices.ts';
import { COMMON_FLAGS, VERBS } from './command-table.ts';
import { listContexts } from './contexts.ts';
import { showControls } from './control-characters.ts';
import { findDaemon, getApiKey } from './find-daemon.ts';
import { FORMATS } from './format.ts';
import { print } from './output.ts';
import { STATE_WORDS } from './states.ts';
import type { Flag, Verb } from './verb.ts';

/** A word, and what it is. */
type Candidate = [word: string, about: string];

/** As lines of `word<TAB>what it is`; the last of the words is the one that is being typed. Nothing: file names. */
export async function run(words: readonly string[]): Promise<number> {
  const typed = words.at(-1) ?? '';
  const found = await listCandidates(words.slice(0, -1), typed).catch(() => []);
  for (const [word, about] of found) {
    const line = showControls(about).slice(0, 60);
    if (word.startsWith(typed) && !/[\s]/.test(word)) print(`${word}\t${line}`);
  }
  return 0;
}

async function listCandidates(before: readonly string[], typed: string): Promise<Candidate[]> {
  const path = before.filter((word) => !word.startsWith('-'));
  const verb = findVerb(path);
  const flags = [...(verb?.flags ?? []), ...COMMON_FLAGS];
  const pending = flags.find(
    ({ flags: words }) => takesValue(words) && nameFlags(words).includes(before.at(-1) ?? ''),
  );
  if (pending) return listValues(/[<[]([a-z]+)/.exec(pending.flags)![1]!, verb);
  if (typed.startsWith('-')) return flags.flatMap(describeFlag);
  const below = listBelow(path);
  if (below.length > 0) return below;
  const kind = /[<[]([a-z]+)/.exec(verb?.args ?? '')?.[1];
  return kind === undefined ? [] : listValues(kind, verb);
}

/** The verb whose words stand first; a value of a flag before it is not told from a verb, which costs a suggestion at most. */
function findVerb(path: readonly string[]): Verb | undefined {
  return VERBS.filter(({ name }) => name === path.slice(0, name.split(' ').length).join(' '))
    .sort((a, b) => b.name.length - a.name.length)
    .at(0);
}

/** The next words of verbs that begin with these. */
function listBelow(path: readonly string[]): Candidate[] {
  const next = new Map<string, string>();
  for (const { name, about } of VERBS) {
    const words = name.split(' ');
    if (words.length <= path.length || path.some((word, index) => words[index] !== word)) continue;
    const word = words[path.length]!;
    if (!next.has(word) || words.length === path.length + 1) next.set(word, about);
  }
  return [...next];
}

function describeFlag({ flags, about }: Flag): Candidate[] {
  return nameFlags(flags).map((name) => [name, about]);
}

/** `-o, --output <file>` → `-o`, `--output`. */
function nameFlags(flags: string): string[] {
  return flags
    .replace(/[<[].*/, '')
    .split(/[ ,]+/)
    .filter(Boolean);
}

function takesValue(flags: string): boolean {
  return flags.includes('<');
}

async function listValues(kind: string, verb: Verb | undefined): Promise<Candidate[]> {
  const plain = (words: readonly string[]): Candidate[] => words.map((word) => [word, '']);
  switch (kind) {
    case 'voice':
      return (await ask<VoicesReply>('/v1/voices')).voices.map(({ id, name }) => [id, name]);
    case 'model':
      return plain((await ask<{ data: { id: string }[] }>('/v1/models')).data.map(({ id }) => id));
    case 'id':
      return (await listJobs(verb)).map((job) => [job.id, `${job.state} ${job.label ?? job.text_preview}`]);
    case 'label':
      return plain([...new Set((await listJobs(undefined)).flatMap(({ label }) => label ?? []))]);
    case 'state':
      return plain(STATE_WORDS);
    case 'format':
      return plain(FORMATS);
    case 'shell':
      return plain(['bash', 'zsh', 'fish']);
    case 'context':
      return listContexts().map(({ name, host }) => [name, host]);
    default:
      return [];
  }
}

/** Those that the verb can do something with. */
async function listJobs(verb: Verb | undefined): Promise<JobView[]> {
  const states = {
    cancel: ['queued', 'running'],
    edit: ['queued', 'running'],
    retry: ['failed', 'cancelled'],
  }[verb?.name ?? ''];
  const filter = (states ?? []).map((state) => `state=${state}&`).join('');
  return (await ask<ListReply>(`/v1/jobs?${filter}limit=200`)).jobs;
}

/** Of a daemon that runs: none is started for a TAB. */
async function ask<T>(path: string): Promise<T> {
  const address = await findDaemon({ autostart: false });
  if (address.kind === 'unix') return (await import('./local-get.ts')).getJson<T>(address, path);
  const { Client } = await import('./client.ts');
  const client = new Client(address, getApiKey({}));
  try {
    return await client.get<T>(path);
  } finally {
    await client.close();
  }
}
