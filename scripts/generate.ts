// Owns `npm run generate`: everything that is generated, the contract's files first. Arguments go to the contract compiler;
// the wasm module of floats/ knows --check alone, and the clients --anew too.
import { spawnSync } from 'node:child_process';

const args = process.argv.slice(2);
const steps = [
  ['generator/src/main.ts', ...args.filter((argument) => argument !== '--anew')],
  ['floats/compiler/main.ts', ...args.filter((argument) => argument === '--check')],
  ['scripts/clients/generate.ts', ...args.filter((argument) => ['--check', '--anew'].includes(argument))],
];
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
