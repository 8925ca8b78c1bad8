// Owns the flags of `npm run contract`: their forms, defaults and help. Must not start anything.
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { Command, Option } from 'commander';
import { CHECKS, type CheckName } from './check-url.ts';

export interface ContractOptions {
  /** Undefined: our own server and mock are started and checked. */
  readonly url: URL | undefined;
  readonly token: string | undefined;
  /** Undefined: all that the server has. */
  readonly algorithm: string | undefined;
  readonly checks: readonly CheckName[];
  readonly fuzzSeconds: number | undefined;
  /** Hold the URL, where predictions are made, to the algorithm's conformance profile alone. */
  readonly profile: boolean;
}

/** Arguments that cannot be used; the message lists all problems. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

/** Throws OptionsError; commander's own error after --help or an unknown flag. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ContractOptions {
  const command = createCommand().parse([...args], { from: 'user' });
  const given: Readonly<Record<string, string | boolean | undefined>> = command.opts();
  const [address] = command.args;
  const problems: string[] = [];
  const text = (key: string): string | undefined => (typeof given[key] === 'string' ? given[key] : undefined);
  const url = address === undefined ? undefined : addressOf(address, problems);
  const names = (text('checks') ?? CHECKS.join()).split(',');
  const checks = CHECKS.filter((name) => names.includes(name));
  if (checks.length !== names.length)
    problems.push(`--checks: expected some of ${CHECKS.join(',')}, got ${text('checks')}`);
  const seconds = text('fuzzSeconds');
  if (seconds !== undefined && !/^[1-9]\d{0,4}$/.test(seconds))
    problems.push(`--fuzz-seconds: expected a whole number from 1 to 99999, got ${seconds}`);
  if (url === undefined && address === undefined && Object.values(given).some((value) => value !== undefined))
    problems.push('URL: expected the address of a server, got none; without one no flag has an effect');
  const profile = given['profile'] === true;
  if (profile && (text('checks') !== undefined || seconds !== undefined))
    problems.push('--profile: checks the conformance profile alone; leave out --checks and --fuzz-seconds');
  if (!profile && url !== undefined && (url.pathname !== '/' || url.search !== ''))
    problems.push(
      'URL: expected an address without a path, for example http://127.0.0.1:8080; with --profile it is the one of the predict call',
    );
  if (problems.length > 0) throw new OptionsError(problems.join('\n'));
  return {
    url,
    token: text('token') ?? (env['CONTRACT_TOKEN'] || undefined),
    algorithm: text('algorithm'),
    checks,
    fuzzSeconds: seconds === undefined ? undefined : Number(seconds),
    profile,
  };
}

function addressOf(address: string, problems: string[]): URL | undefined {
  const url = URL.parse(address);
  if (url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '') return url;
  // Not shown: what was meant as a flag's value may be a token.
  problems.push('URL: expected an address such as http://127.0.0.1:8080, got something else');
  return undefined;
}

function createCommand(): Command {
  return new Command('npm run contract --')
    .description(
      'Checks a server by the contract. Without URL our own server and mock are started and checked in every state that a documented answer needs.',
    )
    .argument('[URL]', 'the server, for example http://127.0.0.1:8080; with --profile the address of the predict call')
    .option(
      '--token <TOKEN>',
      'bearer token; or the environment variable CONTRACT_TOKEN, which no list of processes shows',
    )
    .addOption(
      new Option('--algorithm <NAME>', 'this one alone; by default all that the server has').choices([
        ...algorithmNames,
      ]),
    )
    .option('--checks <NAMES>', `some of ${CHECKS.join(',')} (default: all)`)
    .option(
      '--fuzz-seconds <N>',
      'go on with new made-up calls for so long (default: a bounded number, the same in each run)',
    )
    .option('--profile', "hold somebody else's endpoint to what the algorithm's public interface promises, and no more")
    .exitOverride();
}
