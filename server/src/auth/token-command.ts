// Owns `npm run token`: create, list and revoke the tokens of a token file. A new token is printed once and kept nowhere. Must
// not know the process that it runs in.
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { parseRate, RATE_FORM } from './call-limits.ts';
import { parseExpiry } from './expiry.ts';
import { makeToken } from './made-token.ts';
import { TokenFileError, type TokenRecord, tokenHash, tokenRecord } from './token-record.ts';
import { changeTokenFile, readTokenFile } from './token-store.ts';

const DEFAULT_FILE = '.cache/tokens.json';

/** Where the command runs. */
export interface Surroundings {
  /** Results, for pipes. */
  readonly write: (text: string) => void;
  /** What a person should know beside the result, and problems. */
  readonly tell: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
}

interface FileOption {
  readonly file: string;
}

interface CreateOptions extends FileOption {
  readonly endpoints?: string[];
  readonly expires?: string;
  readonly rate?: string;
  readonly concurrency?: number;
}

/** Runs one command line without the program's name. Gives the exit code: 0, or 1 after a problem that was told. */
export async function runTokenCommand(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { tell } = surroundings;
  try {
    await tokenProgram(surroundings).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has told its own problems, and its help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (error instanceof TokenFileError) tell(`${error.message}\n`);
    else if (isSystemError(error))
      tell(`the token file cannot be used (${error.code}); check its path and its permissions\n`);
    else throw error;
    return 1;
  }
}

function tokenProgram({ write, tell, env, nowMs }: Surroundings): Command {
  const program = new Command('npm run token --')
    .description('Creates, lists and revokes the named tokens that the server reads with --token-file.')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: tell })
    .helpCommand(false);
  const file = [
    '--file <file>',
    'the token file (env: TOKEN_FILE)',
    env['TOKEN_FILE'] === undefined || env['TOKEN_FILE'] === '' ? DEFAULT_FILE : env['TOKEN_FILE'],
  ] as const;

  program
    .command('create')
    .description('Makes a token, prints it once and keeps its hash.')
    .argument('<name>', 'for logs and metrics: letters, digits, dots, dashes and underscores')
    .option('--endpoints <ids>', 'the endpoints that it may use, with commas between (default: all)', list)
    .option(
      '--expires <when>',
      'after a time such as 12h, 30d or 8w, or at a date such as 2027-01-31 (default: never)',
      (text) => expiry(text, nowMs()),
    )
    .option('--rate <rate>', 'most calls in a period: 5/s, 100/min, 1000/h (default: as the server says)', rate)
    .option('--concurrency <n>', 'most calls at once (default: as the server says)', concurrency)
    .option(...file)
    .action(async (name: string, { file: path, ...limits }: CreateOptions) => {
      const token = makeToken();
      const record = checked({ name, sha256: tokenHash(token), created: new Date(nowMs()).toISOString(), ...limits });
      await changeTokenFile(path, (tokens) => {
        if (tokens.some((known) => known.name === name))
          throw new TokenFileError(`there is a token ${name} already; revoke it first, or choose another name`);
        return [...tokens, record];
      });
      tell(`${name} may use ${described(record).join(', ')}. This is the only time that its token is shown:\n\n`);
      write(`${token}\n`);
      tell(`\nA server started with --token-file ${path} takes it within a second or two.\n`);
    });

  program
    .command('list')
    .description('Shows the tokens: names and limits, never the tokens themselves.')
    .option(...file)
    .action(async ({ file: path }: FileOption) => {
      const tokens = await readTokenFile(path);
      if (tokens.length === 0) tell(`No tokens in ${path}. Make one: npm run token -- create NAME\n`);
      else write(table(tokens, nowMs()));
    });

  program
    .command('revoke')
    .description('Removes tokens; running servers refuse them within a second or two.')
    .argument('<names...>', 'names as list shows them')
    .option(...file)
    .action(async (names: string[], { file: path }: FileOption) => {
      await changeTokenFile(path, (tokens) => {
        const unknown = names.filter((name) => !tokens.some((token) => token.name === name));
        if (unknown.length > 0)
          throw new TokenFileError(
            `there is no token ${unknown.join(', ')}; see npm run token -- list. Nothing was revoked`,
          );
        return tokens.filter(({ name }) => !names.includes(name));
      });
      tell(`Revoked ${names.join(', ')}.\n`);
    });
  return program;
}

/** The form of the file is the form of the options. */
function checked(record: object): TokenRecord {
  const parsed = tokenRecord.safeParse(record);
  if (parsed.success) return parsed.data;
  throw new TokenFileError(
    parsed.error.issues.map(({ path, message }) => `${path[0]?.toString()}: ${message}`).join('; '),
  );
}

function described({ endpoints, rate, concurrency, expires }: TokenRecord): string[] {
  return [
    endpoints === undefined ? 'all endpoints' : endpoints.join(' and '),
    ...(rate === undefined ? [] : [`at most ${rate}`]),
    ...(concurrency === undefined ? [] : [`${concurrency} at once`]),
    expires === undefined ? 'without end' : `until ${expires}`,
  ];
}

function table(tokens: readonly TokenRecord[], nowMs: number): string {
  const rows = tokens.map(({ name, endpoints, rate, concurrency, created, expires }) => [
    name,
    endpoints?.join(',') ?? 'all',
    rate ?? '-',
    concurrency?.toString() ?? '-',
    created.slice(0, 10),
    expires === undefined ? 'never' : Date.parse(expires) <= nowMs ? `${expires} (expired)` : expires,
  ]);
  const lines = [['NAME', 'ENDPOINTS', 'RATE', 'AT ONCE', 'CREATED', 'EXPIRES'], ...rows];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const text = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return `${text.map((line) => line.trimEnd()).join('\n')}\n`;
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function expiry(text: string, nowMs: number): string {
  const expires = parseExpiry(text, nowMs);
  if (expires === undefined)
    throw new InvalidArgumentError('Expected a time such as 12h, 30d or 8w, or a date such as 2027-01-31.');
  if (expires.getTime() <= nowMs) throw new InvalidArgumentError('Expected a time in the future.');
  return expires.toISOString();
}

function rate(text: string): string {
  if (parseRate(text) === undefined) throw new InvalidArgumentError(`E${RATE_FORM.slice(1)}.`);
  return text;
}

function concurrency(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 to 999999.');
  return Number(text);
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}
