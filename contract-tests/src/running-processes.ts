// Owns the list of the processes that tests have started. It lies on disk, so that the run can end by id what a test process left
// behind when it failed in the middle or was killed itself.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

const FOLDER = join(repositoryRoot, '.cache', 'test-processes');

export function remember(pid: number): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, String(pid)), '');
}

/** To be called as soon as the process has ended: its id may soon be another's. */
export function forget(pid: number): void {
  rmSync(join(FOLDER, String(pid)), { force: true });
}

/** Ends what is still listed. Gives the ids, for whoever wants to know who forgot them. */
export function endRemembered(): number[] {
  mkdirSync(FOLDER, { recursive: true });
  const pids = readdirSync(FOLDER).map(Number);
  for (const pid of pids) {
    // With the negative id the group that it leads, if it leads one: what a started program started in its turn.
    for (const id of [-pid, pid]) {
      try {
        process.kill(id, 'SIGKILL');
      } catch {
        // It leads no group, or ended by itself after its test process did.
      }
    }
    forget(pid);
  }
  return pids;
}
