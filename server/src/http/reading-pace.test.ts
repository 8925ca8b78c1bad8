// Owns the checks of the pace: how much is read in one turn of the event loop, and in which order bodies become whole.
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ReadingPace } from './reading-pace.ts';

const PIECE_BYTES = 64 * 1024;
/** As much as all bodies may give in a turn. */
const PIECES_IN_A_TURN = 4;

/** A body with all of its pieces ready, as behind a full socket. Tells of each piece, and of its end. */
function read(pace: ReadingPace, name: string, pieces: number, log: string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stream = Readable.from(Array.from({ length: pieces }, () => Buffer.alloc(PIECE_BYTES)));
  pace.begin(stream);
  stream.on('data', ({ byteLength }: Buffer) => {
    log.push(name);
    pace.took(stream, byteLength);
  });
  stream.on('end', () => {
    pace.end(stream);
    log.push(`${name} ends`);
    resolve();
  });
  return promise;
}

/** Marks the turns of the event loop in the log until it is disposed. */
function markTurns(log: string[]): Disposable {
  let over = false;
  const mark = async () => {
    while (!over) {
      log.push('|');
      await nextTurn();
    }
  };
  void mark();
  return {
    [Symbol.dispose]() {
      over = true;
    },
  };
}

test('no turn of the event loop reads more than its share, however much is ready', async () => {
  const log: string[] = [];
  using _marks = markTurns(log);
  await read(new ReadingPace(), 'a', 100, log);
  const turns = log
    .join(' ')
    .split('|')
    .map((turn) => turn.split('a').length - 1);
  expect(Math.max(...turns)).toBeLessThanOrEqual(PIECES_IN_A_TURN + 1);
  expect(turns.reduce((sum, pieces) => sum + pieces, 0)).toBe(101);
});

test('of bodies that come at once the first are whole first', async () => {
  const log: string[] = [];
  const pace = new ReadingPace();
  const names = Array.from({ length: 12 }, (_, index) => `body ${index}`);
  await Promise.all(names.map((name) => read(pace, name, 40, log)));
  const ends = log.filter((line) => line.endsWith('ends')).map((line) => Number(/\d+/.exec(line)?.[0]));
  // Two of them go on in a turn.
  expect(ends.map((index) => Math.floor(index / 2))).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
});

test('a small body does not wait for large ones that came first', async () => {
  const log: string[] = [];
  const pace = new ReadingPace();
  const large = Array.from({ length: 8 }, (_, index) => read(pace, `large ${index}`, 100, log));
  await read(pace, 'small', 2, log);
  const before = log.length;
  await Promise.all(large);
  // The large ones have 808 lines; they were hardly begun.
  expect(before).toBeLessThan(100);
});

test('a body that gives nothing holds up no other', async () => {
  const log: string[] = [];
  const pace = new ReadingPace();
  const silent = Array.from({ length: 8 }, () => new Readable({ read() {} }));
  for (const stream of silent) {
    pace.begin(stream);
    stream.on('data', () => pace.took(stream, PIECE_BYTES * PIECES_IN_A_TURN));
    stream.push('so much, and nothing more');
  }
  await read(pace, 'a', 20, log);
  expect(log.at(-1)).toBe('a ends');
  expect(silent.map((stream) => stream.isPaused())).toEqual(silent.map(() => false));
});

test('a body that is read no more stays as it is', async () => {
  const pace = new ReadingPace();
  const stream = new Readable({ read() {} });
  pace.begin(stream);
  pace.took(stream, 10 * PIECE_BYTES * PIECES_IN_A_TURN);
  expect(stream.isPaused()).toBe(true);
  pace.end(stream);
  await nextTurn();
  await nextTurn();
  expect(stream.isPaused()).toBe(true);
});
