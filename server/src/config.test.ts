import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { memoryBytes, settings } from './settings.ts';

const problemsOf = (args: string[], env: NodeJS.ProcessEnv = {}): readonly string[] => {
  try {
    readConfig(args, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('readConfig', () => {
  test('has a default for everything', () => {
    expect(readConfig([], {})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      auth: 'token',
      maxMemoryBytes: memoryBytes,
      weights: 'private',
      threadsPerWorker: 1,
      container: false,
    });
  });

  test('is frozen', () => {
    expect(Object.isFrozen(readConfig([], {}))).toBe(true);
  });

  test.each([
    ['a flag', ['--port', '9000'], {}, { port: 9000 }],
    ['a flag with =', ['--port=9000'], {}, { port: 9000 }],
    ['the environment', [], { PORT: '9001' }, { port: 9001 }],
    ['a flag before the environment', ['--port', '9000'], { PORT: '9001' }, { port: 9000 }],
    ['the project’s variable before Vertex AI’s', [], { PORT: '9001', AIP_HTTP_PORT: '9002' }, { port: 9001 }],
    ['an empty variable is no value', [], { PORT: '', AIP_STORAGE_URI: '' }, { port: 8080, container: false }],
    [
      'a container listens for everyone',
      [],
      { AIP_HTTP_PORT: '8081' },
      { host: '0.0.0.0', port: 8081, container: true },
    ],
    ['a container with HOST', [], { AIP_HTTP_PORT: '8081', HOST: '127.0.0.1' }, { host: '127.0.0.1', container: true }],
    [
      'routes of Vertex AI',
      [],
      { AIP_HEALTH_ROUTE: '/', AIP_PREDICT_ROUTE: '/v1/models/hear:predict' },
      { healthRoute: '/', predictRoute: '/v1/models/hear:predict', container: true },
    ],
    ['a list of models', ['--model', 'a=x.onnx, b=gs://c/d'], {}, { model: ['a=x.onnx', 'b=gs://c/d'] }],
    ['a switch', ['--auth', 'none', '--host', '0.0.0.0', '--allow-no-auth'], {}, { auth: 'none', allowNoAuth: true }],
    ['a switch by variable', ['--auth', 'none', '--host', '0.0.0.0'], { ALLOW_NO_AUTH: 'true' }, { allowNoAuth: true }],
    [
      'origins in one flag, in several and in a variable',
      ['--cors-origin', 'https://a.example', '--cors-origin', 'http://localhost:3000, null'],
      { CORS_ORIGIN: 'https://b.example' },
      { corsOrigin: ['https://a.example', 'http://localhost:3000', 'null'] },
    ],
    ['origins by variable', [], { CORS_ORIGIN: '*' }, { corsOrigin: ['*'] }],
    ['a rate', ['--token-rate', '100/min'], {}, { tokenRate: { calls: 100, periodMs: 60_000 } }],
    [
      'an issuer of JSON Web Tokens',
      ['--auth', 'jwt', '--jwks-url', 'https://issuer.example/keys', '--jwt-issuer', 'i'],
      { JWT_AUDIENCE: 'a,b' },
      { jwksUrl: new URL('https://issuer.example/keys'), jwtAudience: ['a', 'b'], jwtClockSkewSeconds: 30 },
    ],
    [
      'keys of this machine without TLS',
      ['--auth', 'jwt', '--jwks-url', 'http://[::1]:8081/keys', '--jwt-issuer', 'i', '--jwt-audience', 'a'],
      {},
      { auth: 'jwt' },
    ],
    ['as many threads as cores', ['--threads-per-worker', String(availableParallelism())], {}, {}],
    ['a limit of memory', [], { MAX_MEMORY_BYTES: '2000000000' }, { maxMemoryBytes: 2e9 }],
  ])('takes %s', (_name, args, env, want) => {
    expect(readConfig(args, env)).toMatchObject(want);
  });

  test('names every problem at once, by the flag or the variable that it came from', () => {
    const problems = problemsOf(['--port', 'x', '--auth', 'maybe'], { LOG_LEVEL: 'loud' });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/^--port: .*got "x"$/);
    expect(problems[1]).toMatch(/^--auth: .*got "maybe"$/);
    expect(problems[2]).toMatch(/^LOG_LEVEL: .*got "loud"$/);
  });

  test('a setting that cannot be read does not hide a contradiction', () => {
    expect(problemsOf(['--port', 'x', '--auth', 'none', '--host', '0.0.0.0'])).toHaveLength(2);
  });

  test.each([
    [
      'a number with a fraction',
      ['--max-batch', '1.5'],
      /^--max-batch: expected a whole number from 1 to 1024, got "1.5"$/,
    ],
    ['a number out of range', ['--port', '65536'], /^--port: expected a whole number from 0 to 65535, got "65536"$/],
    ['no token where others can reach it', ['--auth', 'none', '--host', '0.0.0.0'], /--allow-no-auth/],
    ...[
      'https://a.example/',
      'a.example',
      'HTTPS://a.example',
      'https://a.example:443',
      'https://*.example/x',
      ',',
    ].map((text): [string, string[], RegExp] => [
      `${text} for an origin`,
      ['--cors-origin', text],
      /^--cors-origin: expected origins as browsers send them.*got "/,
    ]),
    ['a rate without a period', ['--token-rate', '5'], /^--token-rate: expected a rate such as 5\/s/],
    [
      'an open line to the keys',
      ['--jwks-url', 'http://issuer.example/keys'],
      /^--jwks-url: expected an https address/m,
    ],
    [
      'a password in an address',
      ['--jwks-url', 'https://a:b@issuer.example/'],
      /^--jwks-url: expected an https address/m,
    ],
    ['keys that are no address', ['--jwks-url', 'keys'], /^--jwks-url: expected an https address/m],
    [
      'a name that only begins like this machine',
      ['--jwks-url', 'http://127.0.0.1.example/'],
      /^--jwks-url: expected/m,
    ],
    [
      'an incomplete issuer',
      ['--auth', 'jwt', '--jwt-issuer', 'i'],
      /^--auth jwt needs --jwks-url\n--auth jwt needs --jwt-audience$/,
    ],
    ['an issuer for nothing', ['--jwt-issuer', 'i'], /^--jwt-issuer is for --auth jwt, got --auth token/],
    [
      'tokens beside an issuer',
      ['--auth', 'jwt', '--token-file', 'x'],
      /^--token-file is for --auth token, got --auth jwt/,
    ],
    ['a limit of nobody', ['--auth', 'none', '--token-rate', '5/s'], /^--token-rate is for --auth token or jwt/],
    ['more threads than cores', ['--workers', '999'], /cores of this machine/],
    ['a call that never fits', ['--max-instances', '300'], /--max-queue 256/],
    ['an unknown flag', ['--prot', '1'], /unknown option '--prot'/],
    ['a path that is none', ['--health-route', 'ping'], /starts with \//],
    ['a path that is a pattern', ['--predict-route', '/v1/:any'], /without patterns/],
    ['a path for all', ['--predict-route', '/*'], /without patterns/],
  ])('refuses %s', (_name, args, want) => {
    expect(problemsOf(args).join('\n')).toMatch(want);
  });

  test('never shows a token', () => {
    const [problem] = problemsOf(['--token', 'short secret']);
    expect(problem).toContain('--token');
    expect(problem).not.toContain('secret');
  });

  test('every setting has help and a variable', () => {
    for (const setting of Object.values(settings)) {
      expect(setting.help).not.toBe('');
      expect(setting.env.length).toBeGreaterThan(0);
    }
  });
});
