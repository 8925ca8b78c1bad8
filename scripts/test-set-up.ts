// Owns what every suite may rely on, and what none may leave behind: development models are built before, and processes that a
// failed suite forgot are ended after.
import { startAnswerLog } from '../contract-tests/src/report/answer-log.ts';
import { beginRun, endRemembered } from '../contract-tests/src/running-processes.ts';
import { ensureBuilt } from './ensure-built.ts';

export async function setup(): Promise<void> {
  beginRun();
  startAnswerLog();
  await ensureBuilt();
}

export function teardown(): void {
  const pids = endRemembered();
  if (pids.length > 0)
    console.error(`Ended ${pids.length} processes that failed suites left behind: ${pids.join(', ')}`);
}
