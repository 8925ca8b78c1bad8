// Owns the list of the processes that tests have started. It lies on disk, so that the run can end by id what a test process left
// behind when it failed in the middle or was killed itself. Each run has a list of its own: several may go on at once.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '@predict-schemata/processes/is-running';
import { repositoryRoot } from './repository-root.ts';

const FOLDER = join(repositoryRoot, '.cache', 'test-processes');
/** Hands the id of the process that began the run to those that it starts. */
const RUN = 'PREDICT_SCHEMATA_TEST_RUN';

/** Begins a run: what this process and its children remember is on one list. Throws lists away whose run was killed. */
export function beginRun(): void {
  process.env[RUN] = String(process.pid);
  mkdirSync(FOLDER, { recursive: true });
  // Their processes are left alone: those ids may be other programs' by now.
  for (const run of readdirSync(FOLDER)) if (!isRunning(Number(run))) rmSync(join(FOLDER, run), { recursive: true });
}

export function remember(pid: number): void {
  mkdirSync(list(), { recursive: true });
  writeFileSync(join(list(), String(pid)), '');
}

/** To be called as soon as the process has ended: its id may soon be another's. */
export function forget(pid: number): void {
  rmSync(join(list(), String(pid)), { force: true });
}

/** Ends what is still on the list of this run. Gives the ids, for whoever wants to know who forgot them. */
export function endRemembered(): number[] {
  mkdirSync(list(), { recursive: true });
  const pids = readdirSync(list()).map(Number);
  for (const pid of pids) {
    // With the negative id the group that it leads, if it leads one: what a started program started in its turn.
    for (const id of [-pid, pid]) {
      try {
        process.kill(id, 'SIGKILL');
      } catch {
        // It leads no group, or ended by itself after its test process did.
      }
    }
  }
  rmSync(list(), { recursive: true });
  return pids;
}

function list(): string {
  return join(FOLDER, process.env[RUN] ?? String(process.pid));
}
