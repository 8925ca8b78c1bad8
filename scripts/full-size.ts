// Owns `npm run test:full-size`: seeded weights in HeAR's size, imported in every variant and once in the fused form, verified and
// measured, by the commands that a user types. It takes minutes, 5 GB of disk and 3 GB of memory; with Python 10 GB more of disk and 5 GB of memory.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** What is imported, by the name in its file. */
const KINDS = {
  fp32: ['--variant', 'fp32'],
  fp16: ['--variant', 'fp16'],
  int8: ['--variant', 'int8'],
  'fp16-fused': ['--variant', 'fp16', '--form', 'fused'],
};

const { values } = parseArgs({
  options: {
    // Kept from run to run: the weights are written once.
    dir: { type: 'string', default: '.cache/full-size' },
    size: { type: 'string', default: 'full' },
    short: { type: 'boolean', default: false },
    'with-python': { type: 'boolean', default: false },
    python: { type: 'string' },
    'front-end': { type: 'string', default: 'models/test/reference/stand_in_front_end.py' },
    rounds: { type: 'string', default: '6' },
    'round-ms': { type: 'string', default: '1500' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  console.log(`npm run test:full-size -- [--short] [--with-python | --python PATH] [--front-end FILE] [--dir DIR] [--rounds N] [--round-ms MS] [--size full|small]

Seeds weights in HeAR's architecture, imports them as ${Object.keys(KINDS).join(', ')}, verifies each and measures them.
--short verifies with four sounds instead of all and measures nothing.
--with-python compares with PyTorch, OpenVINO and onnxruntime too, which are installed once; --python takes an environment that has them.
--front-end is a Python file that verify compares with too, such as audio_utils.py of a checkout of upstream (default: a stand-in for it).
--dir keeps weights and models, 5 GB in full size (default: .cache/full-size).`);
} else {
  const { dir, size, python, rounds } = values;
  const weights = join(dir, `weights-${size}`);
  const withPython = values['with-python'] || python !== undefined;
  const against = withPython ? ['--against', weights, ...(python === undefined ? [] : ['--python', python])] : [];
  const sounds = values.short ? ['--sounds', 'fixtures/hear-events'] : [];
  const frontEnd = withPython ? ['--front-end', values['front-end']] : [];
  const modelOf = (kind: keyof typeof KINDS) => join(dir, `${size}-${kind}.onnx`);
  mkdirSync(dir, { recursive: true });
  if (!existsSync(weights)) {
    // A seeding that was broken off is done anew.
    const unfinished = `${weights}.unfinished`;
    model('seed', '--out', unfinished, '--size', size);
    renameSync(unfinished, weights);
  }
  // Object.keys forgets the names; KINDS is a constant without others.
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
    model('import', weights, '--out', modelOf(kind), ...KINDS[kind]);
    model('verify', modelOf(kind), ...against, ...frontEnd, ...sounds);
  }
  if (!values.short)
    model('bench', modelOf('fp32'), modelOf('int8'), ...against, '--rounds', rounds, '--round-ms', values['round-ms']);
}

/** One command, its output shown; ends this one when it fails. */
function model(...args: string[]): void {
  console.log(`\n$ npm run model -- ${args.join(' ')}`);
  const { status, signal } = spawnSync(process.execPath, ['models/src/main.ts', ...args], { stdio: 'inherit' });
  if (status === 0) return;
  console.error(`${args[0]} ended with ${signal ?? status}.`);
  process.exit(1);
}
