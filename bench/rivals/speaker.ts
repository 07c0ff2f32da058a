// One implementation of a model in a process of its own, and what the kernel says of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { readCpuSec } from '../processes.ts';

export interface Speaker {
  name: string;
  /** From the start of the process until it can speak. */
  loadMs: number;
  speak(text: string): Promise<Spoken>;
  /** The most it ever held. */
  readPeakMib(): number;
  close(): Promise<void>;
}

export interface Spoken {
  /** Until all of it was there. */
  ms: number;
  /** Until its first sample was there. */
  firstMs: number;
  cpuSec: number;
  audioSec: number;
}

/** The program takes JSON texts by the line and answers each with `ms` and `audioSec`. */
export async function startSpeaker(name: string, program: string, args: readonly string[]): Promise<Speaker> {
  const startMs = performance.now();
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const readAnswer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${name} ended early`);
    return JSON.parse(value);
  };
  await readAnswer();
  const loadMs = performance.now() - startMs;
  return {
    name,
    loadMs,
    async speak(text) {
      const cpuSec = readCpuSec(child.pid!);
      child.stdin.write(`${JSON.stringify(text)}\n`);
      const { ms, audioSec } = await readAnswer();
      // None of them gives a part of a sentence away.
      return { ms, firstMs: ms, cpuSec: readCpuSec(child.pid!) - cpuSec, audioSec };
    },
    readPeakMib: () => readPeakMib(child.pid!),
    async close() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

export function readPeakMib(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}
