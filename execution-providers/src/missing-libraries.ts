// Owns what keeps an execution provider from loading: the libraries that it needs and this machine lacks. Must not know sessions.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The providers that are libraries of their own; npm's package of onnxruntime is too small for them. */
const LOADED_FROM_LIBRARIES: ReadonlySet<string> = new Set(['cuda', 'tensorrt']);

/** Where onnxruntime looks for them: beside its own library. */
export function libraryFolder(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(entry), '..', 'bin', 'napi-v6', platform(), arch());
}

/**
 * Names of the libraries that a provider needs and that are not there, its own first: what those need in turn is known once they are
 * there. Empty when nothing is known to be missing, for providers inside of onnxruntime always, elsewhere than on Linux mostly.
 */
export async function missingLibraries(provider: string, folder = libraryFolder()): Promise<string[]> {
  if (!LOADED_FROM_LIBRARIES.has(provider) || platform() !== 'linux') return [];
  const own = [`libonnxruntime_providers_${provider}.so`, 'libonnxruntime_providers_shared.so'];
  const missing = own.filter((name) => !existsSync(join(folder, name)));
  return missing.length > 0 ? missing : unresolved(join(folder, own[0] ?? ''));
}

/** What the loader does not find, by ldd of the C library; nothing where that is missing or fails. */
async function unresolved(library: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ldd', [library]).catch(() => ({ stdout: '' }));
  return [...stdout.matchAll(/^\s*(\S+) => not found$/gm)].map(([, name = '']) => name);
}
