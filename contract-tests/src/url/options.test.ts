import { expect, test } from 'vitest';
import { OptionsError, readOptions } from './options.ts';

test.each([
  { name: 'nothing', args: [], want: { url: undefined, checks: ['documented', 'cases', 'fuzz'], profile: false } },
  {
    name: 'an address and a token',
    args: ['http://127.0.0.1:8080', '--token', 'abc'],
    want: { token: 'abc', fuzzSeconds: undefined },
  },
  { name: 'a token of the environment', args: ['http://h'], env: { CONTRACT_TOKEN: 'def' }, want: { token: 'def' } },
  { name: 'the flag wins', args: ['http://h', '--token', 'a'], env: { CONTRACT_TOKEN: 'b' }, want: { token: 'a' } },
  {
    name: 'some checks for longer',
    args: ['https://h/', '--checks', 'fuzz', '--fuzz-seconds', '60'],
    want: { checks: ['fuzz'], fuzzSeconds: 60 },
  },
  { name: 'a predict address', args: ['https://h/v1/x:predict', '--profile'], want: { profile: true } },
])('reads $name', ({ args, env = {}, want }) => {
  expect(readOptions(args, env)).toMatchObject(want);
});

test.each([
  { name: 'an address that is none', args: ['secret'], want: /^URL: expected an address such as/ },
  { name: 'a path', args: ['http://h/x'], want: /without a path/ },
  { name: 'unknown checks', args: ['http://h', '--checks', 'cases,x'], want: /--checks: expected some of/ },
  { name: 'no number', args: ['http://h', '--fuzz-seconds', '1.5'], want: /--fuzz-seconds: expected a whole number/ },
  { name: 'flags without an address', args: ['--checks', 'cases'], want: /URL: expected the address of a server/ },
  { name: 'a profile with checks', args: ['http://h', '--profile', '--checks', 'cases'], want: /--profile: checks/ },
  {
    name: 'two mistakes at once',
    args: ['http://h/x', '--checks', 'y'],
    want: /--checks[\s\S]*URL/,
  },
])('refuses $name and says so', ({ args, want }) => {
  const read = () => readOptions(args, {});
  expect(read).toThrow(OptionsError);
  expect(read).toThrow(want);
  expect(read).not.toThrow(/secret/);
});
