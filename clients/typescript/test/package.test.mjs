// Owns the proof of what npm would publish.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('the package holds what was built, the README and the licence', () => {
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { encoding: 'utf8' }));
  const tops = new Set(packed.files.map(({ path }) => path.split('/')[0]));
  assert.deepEqual([...tops].sort(), ['LICENSE', 'README.md', 'dist', 'package.json']);
  const { size } = packed.files.find(({ path }) => path === 'LICENSE');
  assert.equal(size, readFileSync('LICENSE').length);
  assert.equal(JSON.parse(readFileSync('package.json', 'utf8')).license, 'Apache-2.0');
});
