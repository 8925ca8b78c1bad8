// Owns the check that what is measured is started as users start it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { START_ENVIRONMENT } from './start-environment.ts';

// Of the shape that npm asks for.
const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  scripts: { start: string };
};

/** What the program of `npm start` finds in its environment, when it is started from `env`. */
function environmentOfStart(env: Record<string, string>): Record<string, string> {
  const printer = scripts.start.replace('node scripts/start.ts', 'env');
  expect(printer).not.toBe(scripts.start);
  const lines = execFileSync('sh', ['-c', printer], { env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' });
  return Object.fromEntries(lines.split('\n').map((line) => [line.split('=')[0], line.split('=')[1] ?? '']));
}

test('npm start sets it, unless the operator did', () => {
  expect(environmentOfStart({})).toMatchObject(START_ENVIRONMENT);
  expect(environmentOfStart({ MALLOC_ARENA_MAX: '8' })).toMatchObject({ MALLOC_ARENA_MAX: '8' });
});
