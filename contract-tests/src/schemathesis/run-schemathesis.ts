// Owns a check by Schemathesis: gives it the view of the contract, runs it in its own virtual environment, and hands every answer that
// it got to the recorder. Must not know how the server was started.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../expectation.ts';
import { ensureTestPython } from '../python-environment.ts';
import type { Recorder } from '../recorder.ts';
import { repositoryRoot } from '../repository-root.ts';
import { forget, remember } from '../running-processes.ts';
import type { Answer } from '../send.ts';
import { schemathesisView } from './view.ts';

const SETTINGS = join(repositoryRoot, 'contract-tests', 'schemathesis');

/** Beyond the time that was asked for, before the run is ended as one that hangs. */
const GRACE_MS = 120_000;

export interface SchemathesisCheck {
  readonly algorithm: string;
  /** The server's address without a path. */
  readonly url: string;
  readonly token: string;
  readonly recorder: Recorder;
  /** Generated calls for each operation at most. */
  readonly examples: number;
  /** Goes on with new calls until then; otherwise every run makes the same ones. */
  readonly fuzzSeconds?: number | undefined;
  readonly note: (text: string) => void;
}

export interface SchemathesisResult {
  /** How many calls were made. */
  readonly calls: number;
  /** What it found, with the call that shows it, in its words; undefined when it found nothing. */
  readonly findings: string | undefined;
  /** Answers that the recorder does not accept. */
  readonly problems: readonly string[];
}

/** Fuzzes every operation with valid and invalid data. Throws when Schemathesis itself fails. */
export async function runSchemathesis(check: SchemathesisCheck): Promise<SchemathesisResult> {
  const python = await ensureTestPython('schemathesis', join(SETTINGS, 'requirements.txt'), check.note);
  const folder = await mkdtemp(join(tmpdir(), 'schemathesis-'));
  try {
    const document = JSON.parse(
      await readFile(join(repositoryRoot, 'generated', 'openapi', `${check.algorithm}.json`), 'utf8'),
    );
    await writeFile(join(folder, 'view.json'), JSON.stringify(schemathesisView(document)));
    const { code, output } = await run(python, check, folder);
    // 0: nothing found, 1: something found; anything else, or no report, is a failure of the run.
    if (code !== 0 && code !== 1) throw new Error(`Schemathesis ended with ${code}:\n${withoutToken(output, check)}`);
    const { calls, problems } = await judgeReport(join(folder, 'calls.har'), check.recorder);
    if (calls === 0) throw new Error(`Schemathesis made no call:\n${withoutToken(output, check)}`);
    return { calls, problems, findings: code === 0 ? undefined : withoutToken(output, check) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(python: string, { url, token, examples, fuzzSeconds }: SchemathesisCheck, folder: string) {
  const args = [
    ...['-m', 'schemathesis.cli', '--config-file', join(SETTINGS, 'schemathesis.toml'), 'run', 'view.json'],
    ...['--url', url, '--no-color', '--phases', 'examples,coverage,fuzzing', '--max-examples', String(examples)],
    ...['--report', 'har', '--report-har-path', 'calls.har', '--continue-on-failure', '--no-shrink'],
    ...(fuzzSeconds === undefined ? ['--generation-deterministic'] : ['--max-time', String(fuzzSeconds)]),
  ];
  const child = spawn(python, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], CONTRACT_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) remember(child.pid);
  const timer = setTimeout(() => child.kill('SIGKILL'), (fuzzSeconds ?? 60) * 1000 + GRACE_MS);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  if (child.pid !== undefined) forget(child.pid);
  return { code: code ?? signal, output };
}

/** The commands that repeat a finding hold the token. */
function withoutToken(output: string, { token }: SchemathesisCheck): string {
  return output.replaceAll(token, 'TOKEN');
}

/** Reads a report in the HTTP Archive format (http://www.softwareishard.com/blog/har-12-spec/). */
async function judgeReport(path: string, recorder: Recorder): Promise<{ calls: number; problems: string[] }> {
  const entries = at(JSON.parse(await readFile(path, 'utf8')), 'log', 'entries');
  if (!Array.isArray(entries))
    throw new Error('Expected the report of Schemathesis to have a list of calls, got none.');
  const problems = entries.flatMap((entry) => {
    const { pathname, search } = new URL(String(at(entry, 'request', 'url')));
    const answer = answerOf(at(entry, 'response'));
    if (answer === undefined) return [`${pathname}: no answer came`];
    return recorder.record({ method: String(at(entry, 'request', 'method')), path: pathname + search, answer });
  });
  return { calls: entries.length, problems: [...new Set(problems)] };
}

function answerOf(response: unknown): Answer | undefined {
  const status = Number(at(response, 'status'));
  const headers = at(response, 'headers');
  if (!(status > 0) || !Array.isArray(headers)) return undefined;
  const encoding = at(response, 'content', 'encoding') === 'base64' ? 'base64' : 'utf8';
  return {
    status,
    headers: Object.fromEntries(
      headers.map((header) => [String(at(header, 'name')).toLowerCase(), String(at(header, 'value'))]),
    ),
    body: Buffer.from(String(at(response, 'content', 'text') ?? ''), encoding),
  };
}
