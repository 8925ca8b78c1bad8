// Owns the facts of the machine that stand with a measurement. Shows no path of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform } from 'node:os';
import { join } from 'node:path';
import { env } from 'onnxruntime-node';

/** NVIDIA's driver for Linux says here what it found: https://download.nvidia.com/XFree86/Linux-x86_64/ (README, "The /proc Interface"). */
const DRIVER = '/proc/driver/nvidia';

/** The names of the GPUs that NVIDIA's driver has here, for people; empty where there is none. */
export function nvidiaGpus(driver = DRIVER): string[] {
  const folder = join(driver, 'gpus');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((gpu) => {
    const text = readFileSync(join(folder, gpu, 'information'), 'utf8');
    return /^Model:\s*(.+?)\s*$/m.exec(text)?.[1] ?? 'NVIDIA GPU';
  });
}

export function machineFacts() {
  return {
    platform: platform(),
    arch: arch(),
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    gpus: nvidiaGpus(),
    loadAverage: loadavg()[0],
    node: process.versions.node,
    onnxruntime: env.versions.node,
  };
}
