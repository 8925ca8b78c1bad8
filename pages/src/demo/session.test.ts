import { beforeEach, expect, test } from 'vitest';
import { MAX_WINDOWS, type Outcome, Session } from './session.ts';

let session: Session;
beforeEach(() => {
  session = new Session({ sampleRateHz: 10, sampleCount: 20 });
});

const recording = (index = 0) => {
  const found = session.recordings[index];
  if (found === undefined) throw new Error(`There is no recording ${index}.`);
  return found;
};
const starts = (index = 0) => recording(index).windows.map(({ start }) => start);
const windowId = (index = 0) => recording().windows[index]?.id ?? -1;
const samples = (length: number, loudFrom: number): Float32Array<ArrayBuffer> =>
  new Float32Array(length).fill(1, loudFrom, loudFrom + 20);
const done: Outcome = { state: 'done', values: Float32Array.of(1) };

test('a recording comes with its loudest window, and is selected', () => {
  session.add('a', samples(100, 35));
  expect(starts()).toEqual([35]);
  expect(session.selected).toBe(recording());
  session.add('b', samples(100, 0));
  expect(session.selected?.name).toBe('a');
});

test('one that is too short stays in the list and says so', () => {
  session.add('short', samples(13, 0));
  expect(recording()).toMatchObject({
    windows: [],
    problem: 'It is too short: 13 samples (1.3 s), and 20 (2 s) are needed.',
  });
  session.addWindow(recording().id);
  session.cover(recording().id);
  expect(session.pending()).toEqual([]);
  session.add('long', samples(20, 0));
  expect(session.selected?.name).toBe('long');
});

test('windows stay inside, in order, and lose their result when they move', () => {
  session.add('a', samples(100, 35));
  session.addWindow(recording().id);
  expect(starts()).toEqual([0, 35]);
  session.settle(session.pending().map((placed) => ({ placed, outcome: done })));
  session.moveWindow(recording().id, windowId(0), 1000);
  expect(starts()).toEqual([35, 80]);
  expect(recording().windows.map(({ outcome }) => outcome.state)).toEqual(['done', 'new']);
  session.moveWindow(recording().id, windowId(0), 35.2);
  expect(recording().windows[0]?.outcome).toBe(done);
});

test('windows that cover everything keep the results that are there', () => {
  session.add('a', samples(55, 20));
  session.settle(session.pending().map((placed) => ({ placed, outcome: done })));
  session.cover(recording().id);
  expect(starts()).toEqual([0, 20, 35]);
  expect(session.answered().map(({ window }) => window.start)).toEqual([20]);
  session.proposeLoudest(recording().id);
  expect(starts()).toEqual([20]);
  expect(session.pending()).toEqual([]);
});

test('a result for a place that a window has left is not kept', () => {
  session.add('a', samples(100, 35));
  const sent = session.pending();
  session.settle(sent.map((placed) => ({ placed, outcome: { state: 'sending' } })));
  expect(session.pending()).toEqual([]);
  session.moveWindow(recording().id, windowId(), 0);
  session.settle(sent.map((placed) => ({ placed, outcome: done })));
  expect(session.answered()).toEqual([]);
  expect(session.pending()).toHaveLength(1);
});

test('results that cannot be compared with the newest are forgotten, and their windows wait again', () => {
  session.add('a', samples(20, 0));
  session.settle(session.pending().map((placed) => ({ placed, outcome: done })));
  session.add('b', samples(20, 0));
  const newest = session.pending();
  session.settle(newest.map((placed) => ({ placed, outcome: done })));
  session.forgetOthers(newest);
  expect(session.answered().map(({ recording: { name } }) => name)).toEqual(['b']);
  expect(session.pending().map(({ recording: { name } }) => name)).toEqual(['a']);
});

test('removing selects a neighbour; removing the last leaves nothing', () => {
  for (const name of ['a', 'b', 'c']) session.add(name, samples(20, 0));
  session.select(recording(1).id);
  session.remove(recording(1).id);
  expect(session.selected?.name).toBe('c');
  session.remove(recording(1).id);
  expect(session.selected?.name).toBe('a');
  session.remove(recording().id);
  expect(session.selected).toBeUndefined();
});

test('there is an end to windows', () => {
  session.add('a', new Float32Array(20 * (MAX_WINDOWS + 5)));
  session.cover(recording().id);
  expect(starts()).toHaveLength(MAX_WINDOWS);
  session.addWindow(recording().id);
  expect(starts()).toHaveLength(MAX_WINDOWS);
});

test('tells of every change', () => {
  let told = 0;
  session.onChange(() => {
    told += 1;
  });
  session.add('a', samples(100, 0));
  session.addWindow(recording().id);
  session.removeWindow(recording().id, windowId());
  session.remove(recording().id);
  expect(told).toBe(4);
});
