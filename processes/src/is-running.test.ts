import { spawnSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { isRunning } from './is-running.ts';

afterEach(() => vi.restoreAllMocks());

test('a process is there until it has ended', () => {
  expect(isRunning(process.pid)).toBe(true);
  expect(isRunning(spawnSync(process.execPath, ['--version']).pid)).toBe(false);
});

test('one that may not be signalled is there', () => {
  vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  });
  expect(isRunning(1)).toBe(true);
});
