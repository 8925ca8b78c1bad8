// Owns `npm test`: every check there is, one after the other, and one closing line that counts them all. With arguments it
// hands them to the test runner and runs nothing else, for example `npm test -- server/src/parse`.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { styleText } from 'node:util';
import { reportRun } from '../contract-tests/src/report/report.ts';
import { readLanguages } from './clients/language.ts';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const RESULTS = '.cache/test-results.json';

/** Each counts as one test. */
const CHECKS: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of what runs in a browser', command: ['tsc', '-p', 'pages/tsconfig.json'] },
  { name: 'generated files are current', command: ['node', 'scripts/generate.ts', '--check'] },
  { name: 'no unaccepted breaking change of the contract', command: ['node', 'generator/src/main.ts', 'breaking'] },
];

const total: Count = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
const filters = process.argv.slice(2);

if (filters.length === 0) {
  for (const { name, command } of CHECKS) await check(name, command);
}

console.log(styleText('bold', '\n▶ suites'));
await mkdir('.cache', { recursive: true });
await rm(RESULTS, { force: true });
const status = await run([
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${RESULTS}`,
  ...filters,
]);
const suites = await readResults();
total.passed += suites.passed;
total.failed += suites.failed;
total.skipped += suites.skipped;
// The runner also fails for errors outside any test, which its counts do not show.
if (status !== 0 && suites.failed === 0) {
  total.failed += 1;
  failures.push('the test runner itself: see above');
}

if (filters.length === 0) await proveOtherClients();

if (filters.length === 0 && process.env['FULL_SIZE']) {
  await check('a model in full size', ['node', 'scripts/full-size.ts', '--short', '--with-python']);
}

if (filters.length === 0) {
  console.log(styleText('bold', '\n▶ contract report'));
  const gaps = await reportRun((text) => console.log(text));
  total[gaps.length === 0 ? 'passed' : 'failed'] += 1;
  if (gaps.length > 0) failures.push('contract report');
}

if (failures.length > 0) console.log(styleText('red', `\nFailed beside the suites: ${failures.join('; ')}`));
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** Runs one command that counts as one test. */
async function check(name: string, command: readonly string[]): Promise<void> {
  console.log(styleText('bold', `\n▶ ${name}`));
  const ok = (await run(command)) === 0;
  total[ok ? 'passed' : 'failed'] += 1;
  if (!ok) failures.push(name);
  console.log(ok ? styleText('green', '  ok') : styleText('red', `  failed: ${command.join(' ')}`));
}

/** Building all languages takes minutes and their tools, so it is for CI; the suites prove those that need neither. */
async function proveOtherClients(): Promise<void> {
  const { all } = await readLanguages();
  const others = all.filter(({ inNpmTest }) => !inNpmTest);
  const titles = others.map(({ title }) => title).join(', ');
  console.log(styleText('bold', `\n▶ clients that are compiled or need tools of their own: ${titles}`));
  if (!process.env['CI'] || process.env['CI'] === 'false') {
    console.log(styleText('yellow', '  skipped here: npm run clients proves them, and so does CI'));
    total.skipped += others.length;
    return;
  }
  const proven = (await run(['node', 'scripts/clients/main.ts', ...others.map(({ name }) => name)])) === 0;
  if (proven) total.passed += others.length;
  else {
    total.failed += 1;
    failures.push('clients');
  }
}

/** The exit code of a command whose output is shown; a signal gives 128 plus its number, as in a shell. */
function run([program = '', ...args]: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

async function readResults(): Promise<Count> {
  try {
    // The form of the runner's JSON reporter, which is Jest's.
    const results = JSON.parse(await readFile(RESULTS, 'utf8')) as Record<string, number>;
    const {
      numPassedTests = 0,
      numFailedTests = 0,
      numPendingTests = 0,
      numTodoTests = 0,
      numFailedTestSuites = 0,
    } = results;
    return {
      passed: numPassedTests,
      failed: numFailedTests || numFailedTestSuites,
      skipped: numPendingTests + numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
