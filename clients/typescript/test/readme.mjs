// Owns the proof that the README's code works as it stands there, against the server given as the first argument.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [server, token] = process.argv.slice(2);
const [, code] = /<!-- test -->\s*```js\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
assert.ok(code, 'The README has no block that is marked as tested.');
// Below the package, so that its own name is found.
const folder = mkdtempSync(join('dist', 'readme-'));
try {
  copyFileSync('../../fixtures/hear/cough-like-16khz-s16.wav', join(folder, 'clip.wav'));
  writeFileSync(
    join(folder, 'example.mjs'),
    code.replace('http://127.0.0.1:8080', server).replace("'TOKEN'", `'${token}'`),
  );
  const output = execFileSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
  assert.match(output, /untrained/);
  assert.equal(output.match(/^512 Float32Array\(4\)/gm)?.length, 2);
} finally {
  rmSync(folder, { recursive: true });
}
