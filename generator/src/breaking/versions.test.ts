import { expect, test } from 'vitest';
import { compareVersions, mayBreak } from './versions.ts';

test('versions are ordered as SemVer section 11 orders them', () => {
  const ordered = [
    ...['0.9.10', '0.10.0', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2'],
    ...['1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.2.0', '1.10.0', '2.0.0'],
  ];
  expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
  expect(compareVersions('1.0.0-rc-1', '1.0.0-rc-1')).toBe(0);
});

test.each([
  { given: ['1.2.3', '2.0.0'], want: true },
  { given: ['1.2.3', '1.3.0'], want: false },
  { given: ['0.1.0', '0.2.0'], want: true },
  { given: ['0.1.0', '0.1.1'], want: false },
  { given: ['0.9.0', '1.0.0'], want: true },
  { given: ['1.0.0', '0.9.0'], want: false },
  { given: ['1.0.0', '1.0.0'], want: false },
])('$given may break: $want', ({ given: [base = '', next = ''], want }) => {
  expect(mayBreak(base, next)).toBe(want);
});
