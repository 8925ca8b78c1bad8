// Owns the table of settings: flag, environment variables, form, default and help of each. A setting is one row here;
// parsing, help and types are derived from it. Must not read the environment.
import { availableParallelism, totalmem } from 'node:os';
import { z } from 'zod';
import { BEARER_TOKEN } from './auth/bearer.ts';
import { parseRate, RATE_FORM, type Rate } from './auth/call-limits.ts';

/** Cores that this process may use. */
export const cores = availableParallelism();

/** Memory that this process may use, in bytes: the machine's, or less where a container's limit says so. */
export const memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);

/** Hosts that only this machine reaches. */
export const LOOPBACK = /^(127(\.\d{1,3}){3}|\[?::1\]?|localhost)$/;

/** A whole number as text, from `minimum` to `maximum`. */
const whole = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `expected a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `expected a whole number from ${minimum} to ${maximum}`);
const text = z.string().min(1, 'expected a text that is not empty');
/** One of a few words. */
const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z.enum(words, { error: `expected ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` });
const millis = whole(1, 3_600_000);
/** Exactly the path that stands there: a router's patterns would open more than was meant, without a token. */
const route = z
  .string()
  .regex(
    /^(\/(?!:)[^\s/?#*{}]*)+$/,
    'expected a path that starts with /, without patterns such as /:name, {name} and *',
  );
const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'expected letters, digits, dots, dashes and underscores');
const rate = z.string().transform((text, context): Rate => {
  const parsed = parseRate(text);
  if (parsed !== undefined) return parsed;
  context.addIssue(RATE_FORM);
  return z.NEVER;
});
const corsOrigins = z
  .string()
  .transform(list)
  .refine(
    (origins) => origins.length > 0 && origins.every(isOrigin),
    'expected origins as browsers send them, such as https://example.com or http://localhost:3000 without a path; null for files opened from disk; * for all',
  );
/** Keys that come over an open line could be anyone's. */
const jwksUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && isPrivate(new URL(text)),
    'expected an https address, or http to this machine alone, without a user name',
  )
  .transform((text) => new URL(text));
const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])])
  .transform((value) => value === true || value === 'true' || value === '1');

/** One row of the table. */
export interface Setting {
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
  /** A flag that may come several times, which is as if all values stood in one with commas between. */
  readonly repeatable?: boolean;
}

/** Every setting of the server. The key is the flag in camel case. */
export const settings = {
  host: {
    schema: text,
    env: ['HOST'],
    value: 'ADDRESS',
    help: 'address to listen on (default: 127.0.0.1; 0.0.0.0 in a container)',
  },
  port: {
    schema: whole(0, 65_535),
    env: ['PORT', 'AIP_HTTP_PORT'],
    value: 'PORT',
    fallback: '8080',
    help: 'port to listen on; 0 picks a free one and prints it',
  },
  tlsCert: {
    schema: text,
    env: ['TLS_CERT'],
    value: 'FILE',
    help: 'PEM file of the certificate, its chain behind it; with --tls-key the server speaks https, with HTTP/2. Read again when it changes',
  },
  tlsKey: {
    schema: text,
    env: ['TLS_KEY'],
    value: 'FILE',
    help: 'PEM file of the private key of --tls-cert, not encrypted',
  },
  corsOrigin: {
    schema: corsOrigins,
    env: ['CORS_ORIGIN'],
    value: 'ORIGINS',
    repeatable: true,
    help: 'origins whose pages may call from a browser, with commas between; null for files opened from disk, * for all (default: none but its own)',
  },
  algorithms: {
    schema: z.string().transform(list),
    env: ['ALGORITHMS'],
    value: 'NAMES',
    help: 'algorithms to serve, with commas between (default: all; in a container one)',
  },
  model: {
    schema: z.string().transform(list),
    env: ['MODEL', 'AIP_STORAGE_URI'],
    value: 'LOCATION',
    help: 'an .onnx file, a folder that holds one, or gs://BUCKET/PREFIX; with several algorithms NAME=LOCATION,NAME=LOCATION (default: the development model)',
  },
  cacheDir: {
    schema: text,
    env: ['CACHE_DIR'],
    value: 'DIR',
    fallback: '.cache',
    help: 'folder for downloaded models and for the token',
  },
  auth: {
    schema: oneOf('token', 'jwt', 'none'),
    env: ['AUTH'],
    value: 'KIND',
    fallback: 'token',
    help: 'how callers are known: token (given out here), jwt (JSON Web Tokens of an issuer) or none',
  },
  token: {
    schema: z
      .string()
      .regex(BEARER_TOKEN, 'expected at least 16 of the characters that RFC 6750 allows in a bearer token'),
    env: ['TOKEN'],
    value: 'TOKEN',
    secret: true,
    help: 'the bearer token; without one a token is made once and kept in the cache folder',
  },
  tokenFile: {
    schema: text,
    env: ['TOKEN_FILE'],
    value: 'FILE',
    help: 'named tokens, made with npm run token; read again when the file changes',
  },
  tokenRate: {
    schema: rate,
    env: ['TOKEN_RATE'],
    value: 'RATE',
    help: 'most calls of one token, such as 5/s, 100/min or 1000/h, unless it has a rate of its own; more is a 429',
  },
  tokenConcurrency: {
    schema: whole(1, 1_000_000),
    env: ['TOKEN_CONCURRENCY'],
    value: 'N',
    help: 'most calls of one token at once, unless it has a limit of its own; more is a 429',
  },
  jwksUrl: {
    schema: jwksUrl,
    env: ['JWKS_URL'],
    value: 'URL',
    // A refused one may hold a password.
    secret: true,
    help: "where the issuer's public keys are, for --auth jwt",
  },
  jwtIssuer: {
    schema: text,
    env: ['JWT_ISSUER'],
    value: 'ISSUER',
    help: 'the claim iss that a JSON Web Token must have',
  },
  jwtAudience: {
    schema: z
      .string()
      .transform(list)
      .refine((audience) => audience.length > 0, 'expected at least one audience'),
    env: ['JWT_AUDIENCE'],
    value: 'AUDIENCES',
    help: 'one of these, with commas between, must be in the claim aud of a JSON Web Token',
  },
  jwtClockSkewSeconds: {
    schema: whole(0, 300),
    env: ['JWT_CLOCK_SKEW_SECONDS'],
    value: 'SECONDS',
    fallback: '30',
    help: "how far the issuer's clock may be off",
  },
  jwtEndpointsClaim: {
    schema: text,
    env: ['JWT_ENDPOINTS_CLAIM'],
    value: 'CLAIM',
    help: 'the claim that lists the endpoints that a JSON Web Token may use, * for all (default: every token may use all)',
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
    schema: whole(1, 100_000),
    env: ['MAX_INSTANCES'],
    value: 'N',
    fallback: '64',
    help: 'most instances in one call; more is a 413',
  },
  maxBodyBytes: {
    schema: whole(1, 1_000_000_000),
    env: ['MAX_BODY_BYTES'],
    value: 'BYTES',
    fallback: '67108864',
    help: 'most bytes of one body after decompression; more is a 413',
  },
  maxBodyMemoryBytes: {
    schema: whole(1, 999_999_999_999_999),
    env: ['MAX_BODY_MEMORY_BYTES'],
    value: 'BYTES',
    help: 'most bytes that all bodies hold together until they are answered; more is a 429 (default: a quarter of the memory, at least one body)',
  },
  bodyTimeoutMs: {
    schema: millis,
    env: ['BODY_TIMEOUT_MS'],
    value: 'MS',
    fallback: '60000',
    help: 'longest time until a body has come as a whole; then it is a 408. Also until an answer has been taken; then its connection is closed',
  },
  headerTimeoutMs: {
    schema: millis,
    env: ['HEADER_TIMEOUT_MS'],
    value: 'MS',
    fallback: '10000',
    help: 'longest time until the head of a request, or a TLS handshake, has come as a whole; then it is a 408',
  },
  keepAliveTimeoutMs: {
    schema: millis,
    env: ['KEEP_ALIVE_TIMEOUT_MS'],
    value: 'MS',
    fallback: '75000',
    help: 'how long a connection without calls stays open; longer than that of a load balancer in front',
  },
  maxConnections: {
    schema: whole(1, 1_000_000),
    env: ['MAX_CONNECTIONS'],
    value: 'N',
    fallback: '4096',
    help: 'most connections at once; one more is closed without an answer',
  },
  maxQueue: {
    schema: whole(1, 1_000_000),
    env: ['MAX_QUEUE'],
    value: 'N',
    fallback: '256',
    help: 'most instances that wait; more is a 429. Low refuses early, high lets callers wait',
  },
  maxBatch: {
    schema: whole(1, 1024),
    env: ['MAX_BATCH'],
    value: 'N',
    fallback: '8',
    help: 'most instances that one worker computes at once',
  },
  maxBatchWaitMs: {
    schema: whole(0, 60_000),
    env: ['MAX_BATCH_WAIT_MS'],
    value: 'MS',
    fallback: '0',
    help: 'how long an idle worker waits for more instances to fill a batch; only where large batches are faster, as on a GPU',
  },
  workers: {
    schema: whole(1, 1024),
    env: ['WORKERS'],
    value: 'N',
    help: 'threads that compute, for each algorithm (default: cores / threads per worker, fewer where the models would not fit into memory; 1 on another device than the CPU)',
  },
  threadsPerWorker: {
    schema: whole(1, 1024),
    env: ['THREADS_PER_WORKER'],
    value: 'N',
    fallback: '1',
    help: 'cores that one computation uses; workers × threads must not exceed the cores',
  },
  weights: {
    schema: oneOf('private', 'shared'),
    env: ['WEIGHTS'],
    value: 'KIND',
    fallback: 'private',
    help: 'private (each worker has the weights, laid out for speed) or shared (all workers map the file: the weights are in memory once, but computing takes 1.2 to 2 times as long)',
  },
  maxMemoryBytes: {
    schema: whole(1, 999_999_999_999_999),
    env: ['MAX_MEMORY_BYTES'],
    value: 'BYTES',
    help: "memory that the models may fill, the server's own included; a start that needs more is refused (default: all of the machine or of the container)",
  },
  executionProvider: {
    schema: z
      .string()
      .regex(/^[a-z][a-z0-9]*$/, 'expected the name of an onnxruntime execution provider, as cpu or cuda'),
    env: ['EXECUTION_PROVIDER'],
    value: 'NAME',
    fallback: 'cpu',
    help: 'what computes: cpu, or another execution provider that onnxruntime finds here (cuda, webgpu, coreml, …)',
  },
  inferTimeoutMs: {
    schema: millis,
    env: ['INFER_TIMEOUT_MS'],
    value: 'MS',
    fallback: '120000',
    help: 'longest time for one batch; a worker that takes longer is replaced. Far above the slowest full batch',
  },
  startTimeoutMs: {
    schema: millis,
    env: ['START_TIMEOUT_MS'],
    value: 'MS',
    fallback: '300000',
    help: 'longest time for a worker to load the model and warm up; then it is tried again',
  },
  adminPort: {
    schema: whole(0, 65_535),
    env: ['ADMIN_PORT'],
    value: 'PORT',
    help: 'port on 127.0.0.1 for GET /status and POST /reload, without a token; 0 picks a free one (default: none)',
  },
  requestTimeoutMs: {
    schema: millis,
    env: ['REQUEST_TIMEOUT_MS'],
    value: 'MS',
    fallback: '60000',
    help: 'longest time that a call waits for its answer, its body included; then it is a 504',
  },
  drainTimeoutMs: {
    schema: millis,
    env: ['DRAIN_TIMEOUT_MS'],
    value: 'MS',
    fallback: '30000',
    help: 'longest time to finish accepted calls after SIGTERM',
  },
  maxFetches: {
    schema: whole(1, 1024),
    env: ['MAX_FETCHES'],
    value: 'N',
    fallback: '8',
    help: 'most files fetched from cloud storage at once',
  },
  maxFetchBytes: {
    schema: whole(1, 1_000_000_000),
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
    schema: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    env: ['LOG_LEVEL'],
    value: 'LEVEL',
    fallback: 'info',
    help: 'trace, debug, info, warn, error, fatal or silent',
  },
  metrics: {
    schema: oneOf('open', 'token', 'off'),
    env: ['METRICS'],
    value: 'KIND',
    help: 'who may read /metrics: open (everyone), token (callers with the token) or off (default: open on a loopback address and on a port of its own, else token)',
  },
  metricsPort: {
    schema: whole(0, 65_535),
    env: ['METRICS_PORT'],
    value: 'PORT',
    help: 'serve /metrics on this port of the same address instead; 0 picks a free one and logs it',
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

function isPrivate({ protocol, hostname, username, password }: URL): boolean {
  const safe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  return safe && username === '' && password === '';
}

/** As RFC 6454, section 6.2, writes it: scheme and host in lower case, no default port, nothing behind. */
function isOrigin(text: string): boolean {
  if (text === 'null' || text === '*') return true;
  return (
    /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]+$/.test(text) &&
    URL.canParse(text) &&
    new URL(text).href.replace(/\/$/, '') === text
  );
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
