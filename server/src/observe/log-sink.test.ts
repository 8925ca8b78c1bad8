// Owns the proof that a slow, stalled or dead reader of the log costs lines at most, that lost lines are counted, and that nothing is
// lost without such a reader.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLogSink } from './log-sink.ts';

/** A stream that takes nothing until it is told to. */
class Stalled extends Writable {
  readonly taken: string[] = [];
  #waiting: (() => void) | undefined;
  open = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(String(chunk));
    if (this.open) done();
    else this.#waiting = done;
  }

  release(): void {
    this.open = true;
    this.#waiting?.();
  }
}

const options = { maxBufferedBytes: 100, flushLimitMs: 50, droppedLine: (count: number) => `dropped ${count}\n` };
const line = (index: number) => `line number ${index}\n`.padStart(20, '.');

test('lines of one turn are one write, in order', async () => {
  const stream = new Stalled();
  stream.open = true;
  const sink = createLogSink(stream, options);
  for (const each of ['a\n', 'b\n', 'c\n']) sink.write(each);
  expect(stream.taken).toEqual([]);
  await turn();
  expect(stream.taken).toEqual(['a\nb\nc\n']);
});

test('a reader that stalls costs lines above the bound; it is told how many, and what follows comes again', async () => {
  const stream = new Stalled({ highWaterMark: 10 });
  let dropped = 0;
  const sink = createLogSink(stream, { ...options, onDrop: () => dropped++ });
  for (let index = 0; index < 50; index += 1) {
    sink.write(line(index));
    await turn();
  }
  expect(stream.writableLength).toBeLessThanOrEqual(100);
  stream.release();
  await turn();
  sink.write('again\n');
  await turn();
  const all = stream.taken.join('');
  const kept = all.match(/line number/g)?.length ?? 0;
  expect(kept).toBe(5);
  expect(dropped).toBe(50 - kept);
  expect(all).toContain(`dropped ${50 - kept}\n`);
  expect(all.endsWith('again\n')).toBe(true);
});

test('a flush waits for what is written, but not for ever', async () => {
  const stream = new Stalled();
  const sink = createLogSink(stream, { ...options, flushLimitMs: 10_000 });
  sink.write('last\n');
  let flushed = false;
  const done = new Promise<void>((resolve) => sink.flush(resolve)).then(() => {
    flushed = true;
  });
  await turn();
  expect(flushed).toBe(false);
  stream.release();
  await done;
  const hopeless = createLogSink(new Stalled(), options);
  hopeless.write('never read\n');
  await new Promise<void>((resolve) => hopeless.flush(resolve));
});

test('a reader that has gone is no error, and ends no flush late', async () => {
  const stream = new Stalled();
  const sink = createLogSink(stream, { ...options, flushLimitMs: 10_000 });
  sink.write('x\n');
  await turn();
  stream.destroy(new Error('EPIPE'));
  await turn();
  sink.write('y\n');
  await new Promise<void>((resolve) => sink.flush(resolve));
});

/** A process that logs `lines` lines, says on standard output how long that took it, and ends in order. */
function logger(lines: number) {
  const script = `
    import { createLogger } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)};
    const log = createLogger('info');
    for (let index = 0; index < ${lines}; index += 1) log.info({ index }, 'x'.repeat(1000));
    process.stdout.write('logged');
    log.flush(() => process.exit(0));`;
  return spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('a process that ends in order has written every line', async () => {
  const child = logger(3_000);
  const written = await text(child.stderr);
  expect(written.split('\n').filter((each) => each !== '')).toHaveLength(3_000);
});

test('a process whose log nobody reads runs on and ends', async () => {
  const child = logger(20_000);
  child.stderr.pause();
  expect(await text(child.stdout)).toBe('logged');
  expect(await once(child, 'exit')).toEqual([0, null]);
  child.stderr.destroy();
});

test('a process whose reader has gone runs on and ends', async () => {
  const child = logger(3_000);
  child.stderr.destroy();
  expect(await text(child.stdout)).toBe('logged');
  if (child.exitCode === null) await once(child, 'exit');
  expect(child.exitCode).toBe(0);
});
