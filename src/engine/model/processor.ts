// Which processor this is, as far as it matters to the runtime: it lays out weights by what the processor can do, and a graph that
// was laid out for another one is read as noise, without an error.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Of the lines of /proc/cpuinfo on x64 and arm64. */
const FEATURES_LINE = /^(?:flags|Features)\s*:\s*(.*)$/m;
const VECTORS = /^(?:avx|amx|fma|f16c|asimd|sve|i8mm|bf16)/;

/** Differs between processors that the runtime treats differently. */
export function describeProcessor(): string {
  return nameProcessor(process.arch, cpus()[0]?.model ?? '', readCpuInfo());
}

/**
 * The model alone does not tell: virtual machines call the processors of many generations by one name. `cpuInfo` is empty on systems
 * that do not have it.
 */
export function nameProcessor(arch: string, model: string, cpuInfo: string): string {
  const features = FEATURES_LINE.exec(cpuInfo)?.[1] ?? '';
  const vectors = features.split(' ').filter((feature) => VECTORS.test(feature));
  return [arch, model, ...vectors].join(' ');
}

function readCpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
