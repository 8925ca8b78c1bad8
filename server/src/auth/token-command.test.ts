import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseExpiry } from './expiry.ts';
import { runTokenCommand } from './token-command.ts';
import { tokenHash } from './token-record.ts';
import { readTokenFile } from './token-store.ts';

const NOW = '2026-06-01T12:00:00.000Z';

let file = '';
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'token-command-'));
  file = join(folder, 'tokens.json');
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  let [out, told] = ['', ''];
  const code = await runTokenCommand(args, {
    write: (text) => {
      out += text;
    },
    tell: (text) => {
      told += text;
    },
    env: { TOKEN_FILE: file },
    nowMs: () => Date.parse(NOW),
  });
  return { code, out, told };
}

describe('create', () => {
  test('prints the token alone where a pipe reads, and keeps its hash alone', async () => {
    const { code, out, told } = await run('create', 'ci');
    expect(code).toBe(0);
    expect(out).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
    expect(told).toContain('--token-file');
    expect(told).not.toContain(out.trim());
    expect(await readFile(file, 'utf8')).not.toContain(out.trim());
    expect(await readTokenFile(file)).toEqual([{ name: 'ci', sha256: tokenHash(out.trim()), created: NOW }]);
  });

  test('keeps every limit', async () => {
    const limits = ['--endpoints', 'hear, other', '--expires', '30d', '--rate', '5/s', '--concurrency', '2'];
    expect(await run('create', 'ci', ...limits)).toMatchObject({ code: 0 });
    expect(await readTokenFile(file)).toMatchObject([
      { endpoints: ['hear', 'other'], expires: '2026-07-01T12:00:00.000Z', rate: '5/s', concurrency: 2 },
    ]);
  });

  test.each([
    [['create'], /missing required argument 'name'/],
    [['create', 'a b'], /name: expected 1 to 64 letters/],
    [['create', 'default'], /expected another name/],
    [['create', 'a', '--rate', '5'], /Expected a rate such as 5\/s/],
    [['create', 'a', '--concurrency', '0'], /Expected a whole number from 1/],
    [['create', 'a', '--expires', 'soon'], /Expected a time such as 12h/],
    [['create', 'a', '--expires', '2020-01-01'], /in the future/],
    [['create', 'a', '--endpoints', ','], /endpoints: expected at least one/],
    [['create', 'a', '--endpoints', 'x/y'], /endpoints: expected the id of an endpoint/],
    [['remove', 'a'], /unknown command 'remove'/],
    [['revoke', 'a'], /there is no token a/],
  ])('%j is refused, and nothing is written', async (args, want) => {
    const { code, out, told } = await run(...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(told).toMatch(want);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  test('a name stands once', async () => {
    const first = await run('create', 'ci');
    const second = await run('create', 'ci');
    expect([first.code, second.code, second.out]).toEqual([0, 1, '']);
    expect(second.told).toContain('revoke it first');
  });

  test('two commands at once both happen', async () => {
    await Promise.all([run('create', 'a'), run('create', 'b')]);
    expect((await readTokenFile(file)).map(({ name }) => name).sort()).toEqual(['a', 'b']);
  });
});

test('list shows names and limits, and no hash', async () => {
  expect((await run('list')).told).toContain('No tokens');
  await run('create', 'ci', '--endpoints', 'hear', '--rate', '5/s');
  await run('create', 'lab', '--expires', '2026-07-01');
  await writeFile(file, (await readFile(file, 'utf8')).replace('2026-07-01T', '2026-05-01T'));
  const { out } = await run('list');
  expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['NAME', 'ENDPOINTS', 'RATE', 'AT ONCE', 'CREATED', 'EXPIRES'],
    ['ci', 'hear', '5/s', '-', '2026-06-01', 'never'],
    ['lab', 'all', '-', '-', '2026-06-01', '2026-05-01T00:00:00.000Z (expired)'],
    [''],
  ]);
});

test('revoke removes all that are named, or none', async () => {
  for (const name of ['a', 'b', 'c']) await run('create', name);
  expect(await run('revoke', 'a', 'z')).toMatchObject({ code: 1, told: expect.stringContaining('no token z') });
  expect(await readTokenFile(file)).toHaveLength(3);
  expect(await run('revoke', 'a', 'c')).toMatchObject({ code: 0 });
  expect((await readTokenFile(file)).map(({ name }) => name)).toEqual(['b']);
});

test('a file that cannot be used is a line, no stack', async () => {
  await writeFile(join(folder, 'file'), '');
  const { code, told } = await run('create', 'a', '--file', join(folder, 'file', 'tokens.json'));
  expect(code).toBe(1);
  expect(told).toMatch(/^the token file cannot be used \((ENOTDIR|EEXIST)\)/);
  await writeFile(file, '{');
  expect((await run('list')).told).toContain('not complete JSON');
});

test('help is no problem', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  for (const name of ['create', 'list', 'revoke']) expect(out).toContain(name);
  expect((await run('create', '--help')).out).toContain('--endpoints');
});

test.each([
  ['12h', '2026-06-02T00:00:00.000Z'],
  ['30d', '2026-07-01T12:00:00.000Z'],
  ['2w', '2026-06-15T12:00:00.000Z'],
  ['2027-01-31', '2027-01-31T00:00:00.000Z'],
  ['2027-01-31T06:00:00Z', '2027-01-31T06:00:00.000Z'],
  ['2027-02-31', undefined],
  ['999999w', undefined],
  ['30', undefined],
  ['1y', undefined],
  ['', undefined],
])('expires %j', (text, want) => {
  expect(parseExpiry(text, Date.parse(NOW))?.toISOString()).toBe(want);
});
