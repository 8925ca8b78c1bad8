import { describe, expect, test } from 'vitest';
import { Ledger } from './ledger.ts';

const after = (...steps: ((ledger: Ledger, id: string) => void)[]) => {
  const ledger = new Ledger();
  const id = ledger.send('good');
  for (const step of steps) step(ledger, id);
  ledger.close();
  return ledger;
};
const answer = (ledger: Ledger, id: string) => ledger.answered(id, 200, 'right');
const log = (ledger: Ledger, id: string) => ledger.logged(id, 200);
const leave = (ledger: Ledger, id: string) => ledger.abandoned(id);

describe('an account without problems', () => {
  test.each([
    { given: 'answered, then logged', steps: [answer, log] },
    { given: 'logged, then answered', steps: [log, answer] },
    { given: 'given up before the server saw it', steps: [leave] },
    { given: 'given up and logged', steps: [leave, log] },
    { given: 'logged and given up', steps: [log, leave] },
  ])('$given', ({ steps }) => {
    expect(after(...steps).problems).toEqual({ count: 0, first: [] });
  });
});

test.each([
  { given: 'never answered', steps: [log], want: /never answered/ },
  { given: 'answered twice', steps: [answer, answer, log], want: /answered twice/ },
  { given: 'answered again after its account was closed', steps: [answer, log, answer], want: /answered twice/ },
  { given: 'never logged', steps: [answer], want: /never logged/ },
  { given: 'logged twice', steps: [answer, log, log], want: /logged twice/ },
  { given: 'logged twice before its answer', steps: [log, log, answer], want: /logged twice/ },
  {
    given: 'logged with another status',
    steps: [answer, (ledger: Ledger, id: string) => ledger.logged(id, 500)],
    want: /answered with 200 and logged with 500/,
  },
])('a call that is $given is a problem', ({ steps, want }) => {
  const { count, first } = after(...steps).problems;
  expect(count).toBe(1);
  expect(first[0]).toMatch(want);
});

test('outcomes are counted by kind', () => {
  expect([...after(answer, log).outcomes]).toEqual([['good: right', 1]]);
});
