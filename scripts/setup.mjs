// Owns the set-up before every command: the packages of the lock file, which bring the pinned Node too.
// Runs on whatever Node (>= 20) the machine has, before anything is installed: no dependency, no TypeScript.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const PNPM_VERSION = '12.21.0';
const STAMP = 'node_modules/.setup-stamp';
/** What the installed packages depend on. */
const INPUTS = [
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'package.json',
  ...readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(`${entry.name}/package.json`))
    .map((entry) => `${entry.name}/package.json`)
    .sort(),
];
const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

const platform = `${process.platform}-${process.arch}`;
if (!SUPPORTED.includes(platform)) {
  console.error(`predict-schemata runs on ${SUPPORTED.join(', ')}; this machine is ${platform}.`);
  console.error('On Windows, use WSL 2. Elsewhere, run it in a Linux container.');
  process.exit(1);
}
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`The set-up needs Node 20 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

const hash = createHash('sha256').update(platform);
for (const file of INPUTS) hash.update(file).update(existsSync(file) ? readFileSync(file) : '');
const stamp = hash.digest('hex');

if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== stamp) {
  const lock = existsSync('pnpm-lock.yaml') ? ['--frozen-lockfile'] : [];
  console.error('Installing the packages of pnpm-lock.yaml (about a minute the first time)…');
  const install = spawnSync('npx', ['-y', `pnpm@${PNPM_VERSION}`, 'install', ...lock], {
    stdio: ['ignore', 2, 2],
  });
  if (install.status !== 0) {
    console.error('The set-up failed: see above. Repair that, then run the same command again.');
    process.exit(install.status ?? 1);
  }
  writeFileSync(STAMP, stamp);
}
