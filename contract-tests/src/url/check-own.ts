// Owns the contract checks of our own server and mock: the suites that start them, then the report. Must not know a check.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { reportRun } from '../report/report.ts';
import { repositoryRoot } from '../repository-root.ts';

/** Paths that name the suites of the contract. */
export const CONTRACT_SUITES = [
  ...['contract-tests/test/cases', 'contract-tests/test/mock-cases', 'contract-tests/test/schemathesis'],
  ...['contract-tests/test/broken', 'scripts/contract'],
];

/** Gives the exit code. */
export async function checkOwn(): Promise<number> {
  const child = spawn('vitest', ['run', ...CONTRACT_SUITES], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'close');
  const gaps = await reportRun((text) => console.log(text));
  return code === 0 && gaps.length === 0 ? 0 : 1;
}
