// Owns the facts about the machine and the versions that stand beside results. Never a name of the machine, of its user or a path.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly onnxruntime: string;
  /** Load average of the minute before the run: 0 is a machine to itself. */
  readonly loadBefore: number;
}

export function machineFacts(): MachineFacts {
  // Its package.json is no module that others may import.
  const library = createRequire(import.meta.url).resolve('onnxruntime-node');
  const { version } = JSON.parse(readFileSync(new URL('../package.json', `file://${library}`), 'utf8'));
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    onnxruntime: version,
    loadBefore: Math.round(10 * (loadavg()[0] ?? 0)) / 10,
  };
}
