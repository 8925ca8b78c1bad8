import { expect, test } from 'vitest';
import { StageTimes } from './stages.ts';

test('stages follow one another without gaps, and the last one ends where it is told to', () => {
  const times = new StageTimes();
  const startMs = performance.now();
  times.enter('parse', startMs + 10);
  times.enter('queue', startMs + 12.346);
  expect(times.current).toBe('queue');
  times.end(startMs + 20);
  expect(times.passed.map(({ stage }) => stage)).toEqual(['admit', 'parse', 'queue']);
  for (const [index, { startMs }] of times.passed.entries()) {
    if (index > 0) expect(startMs).toBe(times.passed[index - 1]?.endMs);
  }
  expect(times.milliseconds()).toMatchObject({ parse: 2.35, queue: 7.65 });
});

test('the header has the form of Server Timing, in the order of the stages', () => {
  const times = new StageTimes();
  const startMs = performance.now();
  times.enter('parse', startMs + 1);
  times.enter('respond', startMs + 3.5);
  times.end(startMs + 3.504);
  expect(times.serverTiming()).toMatch(/^admit;dur=1(\.\d+)?, parse;dur=2\.5, respond;dur=0$/);
});
