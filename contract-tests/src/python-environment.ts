// Owns the Python environments of the checks: where they lie, and that a run which is broken off leaves no installation behind it. Must not
// know what runs in them.
import { join } from 'node:path';
import { ensurePythonEnvironment } from '@predict-schemata/python-environments';
import { repositoryRoot } from './repository-root.ts';
import { forget, remember } from './running-processes.ts';

const INSTALL_LIMIT_MS = 400_000;

/** The Python of the environment with these packages, which is made unless it is there; `note` says so. */
export function ensureTestPython(name: string, requirements: string, note: (text: string) => void): Promise<string> {
  return ensurePythonEnvironment({
    name,
    requirements,
    folder: join(repositoryRoot, '.cache'),
    limitMs: INSTALL_LIMIT_MS,
    onMake: () => note(`Installing ${name} into .cache: once, up to a minute.`),
    onStart(pid) {
      remember(pid);
      return () => forget(pid);
    },
  });
}
