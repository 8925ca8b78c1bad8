// Owns the settings of the server: flags, environment variables, defaults and what may stand together. A setting is one
// row of `settings`; everything else (help, parsing, documentation) is derived. Must not read files or know stages.
import { availableParallelism } from 'node:os';
import { Command, CommanderError, Option } from 'commander';
import { z } from 'zod';

const positive = z.coerce.number().int().min(1);
const millis = z.coerce.number().int().min(1).max(3_600_000);
const route = z.string().regex(/^\/[^\s?#]*$/, 'expected a path that starts with /');
const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'expected letters, digits, dots, dashes and underscores');
const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])])
  .transform((value) => value === true || value === 'true' || value === '1');

interface Setting {
  readonly schema: z.ZodType;
  /** Environment variables, the first that is set and not empty counts. */
  readonly env: readonly string[];
  /** Placeholder in the help; a flag without one is a switch. */
  readonly value?: string;
  /** Text form of the default, as a user would type it. */
  readonly fallback?: string;
  readonly help: string;
  /** A secret's value is never printed. */
  readonly secret?: boolean;
}

const cores = availableParallelism();

/** Every setting of the server. The key is the flag in camel case. */
export const settings = {
  host: {
    schema: z.string().min(1),
    env: ['HOST'],
    value: 'ADDRESS',
    help: 'address to listen on (default: 127.0.0.1; 0.0.0.0 in a container)',
  },
  port: {
    schema: z.coerce.number().int().min(0).max(65535),
    env: ['PORT', 'AIP_HTTP_PORT'],
    value: 'PORT',
    fallback: '8080',
    help: 'port to listen on; 0 picks a free one and prints it',
  },
  algorithms: {
    schema: z.string().transform(list),
    env: ['ALGORITHMS'],
    value: 'NAMES',
    help: 'algorithms to serve, with commas between (default: all)',
  },
  model: {
    schema: z.string().transform(list),
    env: ['MODEL', 'AIP_STORAGE_URI'],
    value: 'LOCATION',
    help: 'an .onnx file, a folder that holds one, or gs://BUCKET/PREFIX; with several algorithms NAME=LOCATION,… (default: the development model)',
  },
  cacheDir: {
    schema: z.string().min(1),
    env: ['CACHE_DIR'],
    value: 'DIR',
    fallback: '.cache',
    help: 'folder for downloaded models and for the token',
  },
  auth: { schema: z.enum(['token', 'none']), env: ['AUTH'], value: 'KIND', fallback: 'token', help: 'token or none' },
  token: {
    schema: z
      .string()
      .regex(
        /^[A-Za-z0-9._~+/-]{16,512}=*$/,
        'expected at least 16 of the characters that RFC 6750 allows in a bearer token',
      ),
    env: ['TOKEN'],
    value: 'TOKEN',
    secret: true,
    help: 'the bearer token; without one a token is made once and kept in the cache folder',
  },
  allowNoAuth: {
    schema: flag,
    env: ['ALLOW_NO_AUTH'],
    fallback: 'false',
    help: 'let --auth none listen on an address that others can reach',
  },
  project: { schema: id, env: ['PROJECT'], value: 'ID', help: 'serve this project alone (default: any)' },
  location: { schema: id, env: ['LOCATION'], value: 'ID', help: 'serve this location alone (default: any)' },
  endpoint: {
    schema: id,
    env: ['ENDPOINT', 'AIP_ENDPOINT_ID'],
    value: 'ID',
    help: "the endpoint's id, when one algorithm is served (default: the algorithm's name)",
  },
  deployedModelId: {
    schema: id,
    env: ['DEPLOYED_MODEL_ID', 'AIP_DEPLOYED_MODEL_ID'],
    value: 'ID',
    help: 'the id of the deployed model, when one algorithm is served (default: taken from the model file)',
  },
  maxInstances: {
    schema: positive.max(100_000),
    env: ['MAX_INSTANCES'],
    value: 'N',
    fallback: '64',
    help: 'most instances in one call; more is a 413',
  },
  maxBodyBytes: {
    schema: positive.max(1_000_000_000),
    env: ['MAX_BODY_BYTES'],
    value: 'BYTES',
    fallback: '67108864',
    help: 'most bytes of one body after decompression; more is a 413',
  },
  maxQueue: {
    schema: positive.max(1_000_000),
    env: ['MAX_QUEUE'],
    value: 'N',
    fallback: '256',
    help: 'most instances that wait; more is a 429. Low refuses early, high lets callers wait',
  },
  maxBatch: {
    schema: positive.max(1024),
    env: ['MAX_BATCH'],
    value: 'N',
    fallback: '8',
    help: 'most instances that one worker computes at once',
  },
  workers: {
    schema: positive.max(1024),
    env: ['WORKERS'],
    value: 'N',
    help: 'threads that compute, each with a copy of the model (default: cores / threads per worker)',
  },
  threadsPerWorker: {
    schema: positive.max(1024),
    env: ['THREADS_PER_WORKER'],
    value: 'N',
    fallback: '1',
    help: 'cores that one computation uses; workers × threads must not exceed the cores',
  },
  requestTimeoutMs: {
    schema: millis,
    env: ['REQUEST_TIMEOUT_MS'],
    value: 'MS',
    fallback: '60000',
    help: 'longest time that a call waits; then it is a 504',
  },
  drainTimeoutMs: {
    schema: millis,
    env: ['DRAIN_TIMEOUT_MS'],
    value: 'MS',
    fallback: '30000',
    help: 'longest time to finish accepted calls after SIGTERM',
  },
  maxFetches: {
    schema: positive.max(1024),
    env: ['MAX_FETCHES'],
    value: 'N',
    fallback: '8',
    help: 'most files fetched from cloud storage at once',
  },
  maxFetchBytes: {
    schema: positive.max(1_000_000_000),
    env: ['MAX_FETCH_BYTES'],
    value: 'BYTES',
    fallback: '16777216',
    help: 'most bytes of one file from cloud storage',
  },
  fetchTimeoutMs: {
    schema: millis,
    env: ['FETCH_TIMEOUT_MS'],
    value: 'MS',
    fallback: '10000',
    help: 'longest time to fetch one file from cloud storage',
  },
  logLevel: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    env: ['LOG_LEVEL'],
    value: 'LEVEL',
    fallback: 'info',
    help: 'trace, debug, info, warn, error, fatal or silent',
  },
  healthRoute: {
    schema: route,
    env: ['AIP_HEALTH_ROUTE'],
    value: 'PATH',
    help: 'container health route, as Vertex AI sets it',
  },
  predictRoute: {
    schema: route,
    env: ['AIP_PREDICT_ROUTE'],
    value: 'PATH',
    help: 'container predict route, as Vertex AI sets it',
  },
} as const satisfies Record<string, Setting>;

type Settings = typeof settings;
/** Settings whose default depends on the machine or on other settings. */
type Computed = 'host' | 'workers';
type Optional = { [K in keyof Settings]: Settings[K] extends { fallback: string } ? never : K }[keyof Settings];

/** The settings after validation, frozen. What has no default may be missing. */
export type Config = Readonly<
  { [K in Exclude<keyof Settings, Optional>]: z.infer<Settings[K]['schema']> } & {
    [K in Exclude<Optional, Computed>]?: z.infer<Settings[K]['schema']>;
  } & { readonly [K in Computed]: z.infer<Settings[K]['schema']> } & {
    /** True inside a Vertex AI custom container. */ readonly container: boolean;
  }
>;

/** All problems of a start at once; `message` has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.map((problem) => `- ${problem}`).join('\n'));
    this.problems = problems;
  }
}

/** Set by Vertex AI in every custom container. */
const CONTAINER_VARIABLES = ['AIP_MODE', 'AIP_HTTP_PORT', 'AIP_HEALTH_ROUTE', 'AIP_PREDICT_ROUTE'];
const LOOPBACK = /^(127\.|::1$|localhost$)/;

/**
 * Reads flags and environment. A flag wins over the environment, the first variable of a row over the second.
 * Throws ConfigError with every problem found, or CommanderError for `--help`.
 */
export function readConfig(args: readonly string[], env: NodeJS.ProcessEnv): Config {
  const flags = parseFlags(args);
  const raw: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, setting] of Object.entries<Setting>(settings)) {
    const variable = setting.env.find((key) => env[key] !== undefined && env[key] !== '');
    const text = flags[name] ?? (variable === undefined ? setting.fallback : env[variable]);
    sources[name] = flags[name] !== undefined || variable === undefined ? flagName(name) : variable;
    if (text === undefined) continue;
    const parsed = setting.schema.safeParse(text);
    if (parsed.success) raw[name] = parsed.data;
    else
      problems.push(
        `${sources[name]}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}${setting.secret ? '' : `, got ${JSON.stringify(text)}`}`,
      );
  }
  const container = CONTAINER_VARIABLES.some((key) => env[key] !== undefined && env[key] !== '');
  raw['container'] = container;
  raw['host'] ??= container ? '0.0.0.0' : '127.0.0.1';
  raw['workers'] ??= Math.max(1, Math.floor(cores / Number(raw['threadsPerWorker'] ?? 1)));
  // Each row was checked by its own schema above, which is where the type of Config comes from.
  const config = raw as unknown as Config;
  if (problems.length === 0) problems.push(...contradictions(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** What each setting allows by itself but not together. */
function contradictions(config: Config): string[] {
  const problems: string[] = [];
  if (config.auth === 'none' && !LOOPBACK.test(config.host) && !config.allowNoAuth) {
    problems.push(
      `--auth none serves everyone who can reach ${config.host}; listen on 127.0.0.1, use --auth token, or add --allow-no-auth`,
    );
  }
  if (config.workers * config.threadsPerWorker > cores) {
    problems.push(
      `--workers ${config.workers} × --threads-per-worker ${config.threadsPerWorker} is more than the ${cores} cores of this machine; lower one of them`,
    );
  }
  if (config.maxInstances > config.maxQueue) {
    problems.push(
      `--max-instances ${config.maxInstances} is more than --max-queue ${config.maxQueue}, so the largest call would never fit; raise --max-queue or lower --max-instances`,
    );
  }
  return problems;
}

function parseFlags(args: readonly string[]): Record<string, unknown> {
  const command = new Command('npm start --').description('Serves audio algorithms as Vertex AI prediction endpoints.');
  command
    .exitOverride()
    .allowExcessArguments(false)
    .showSuggestionAfterError()
    .helpOption('-h, --help', 'show this help');
  command.configureOutput({ writeErr: () => {} });
  for (const [name, setting] of Object.entries<Setting>(settings)) {
    const value = setting.value === undefined ? '' : ` <${setting.value}>`;
    const facts = [
      setting.fallback === undefined ? [] : `default: ${setting.fallback}`,
      `env: ${setting.env.join(', ')}`,
    ].flat();
    command.addOption(new Option(`${flagName(name)}${value}`, `${setting.help} [${facts.join('; ')}]`));
  }
  try {
    return command.parse([...args], { from: 'user' }).opts();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode !== 0) {
      throw new ConfigError([`${error.message.replace(/^error: /, '')}; see --help`]);
    }
    throw error;
  }
}

function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
