// Owns the proof that memory is given out to one at a time, comes round, and is let go when it is not needed.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { adopt, giveBack, isLent, takeBytes, takeFloats, takeIdleFloats } from './recycled-memory.ts';

describe('recycled memory', () => {
  test('is given out again once it came back, whatever its kind', () => {
    const row = takeFloats(32_000);
    giveBack(row);
    const bytes = takeBytes(128_000);
    expect(bytes.buffer).toBe(row.buffer);
    expect([bytes.byteOffset, bytes.byteLength]).toEqual([0, 128_000]);
  });

  test('never serves two at once, even when it is given back twice', () => {
    const row = takeFloats(32_000);
    giveBack(row);
    giveBack(row);
    expect(takeFloats(32_000).buffer).not.toBe(takeFloats(32_000).buffer);
  });

  test('serves requests of about the same size', () => {
    const body = takeBytes(85_426);
    giveBack(body);
    const next = takeBytes(85_300);
    expect(next.buffer).toBe(body.buffer);
    expect(next.byteLength).toBe(85_300);
    expect(body.buffer.byteLength).toBeLessThan(85_426 * 1.25);
  });

  test.each([1, 16_383, 16_384, 16_385, 65_537, 128_000, 10_485_760])('%i bytes have room', (length) => {
    expect(takeBytes(length).byteLength).toBe(length);
  });

  test('leaves memory from elsewhere, small pieces and views of shared memory alone', () => {
    for (const foreign of [new Float32Array(32_000), Buffer.from('a slice of the pool'), takeBytes(12)])
      giveBack(foreign);
    expect(takeFloats(32_000).buffer.byteLength).toBeGreaterThanOrEqual(128_000);
    const shared = new Float32Array(new SharedArrayBuffer(128_000));
    giveBack(adopt(shared));
    expect(takeFloats(32_000).buffer).not.toBe(shared.buffer);
  });

  test('keeps what comes back from another thread', () => {
    const row = takeFloats(48_000);
    const { buffer } = row;
    const moved = structuredClone(row, { transfer: [buffer] });
    giveBack(row);
    expect(isLent(moved)).toBe(false);
    giveBack(adopt(moved));
    expect(takeFloats(48_000).buffer).toBe(moved.buffer);
  });

  test('hands idle pieces over, and only so many', () => {
    const rows = [1, 2, 3].map(() => takeFloats(64_000));
    for (const row of rows) giveBack(row);
    const idle = takeIdleFloats(64_000, 2);
    expect(idle).toHaveLength(2);
    expect(idle.every((piece) => rows.some(({ buffer }) => buffer === piece.buffer))).toBe(true);
    expect(takeIdleFloats(64_000, 2)).toHaveLength(1);
    expect(takeIdleFloats(64_000, 2)).toHaveLength(0);
  });

  test('keeps no more than it should', () => {
    const bodies = Array.from({ length: 9 }, () => takeBytes(10 * 1024 * 1024));
    const buffers = new Set(bodies.map(({ buffer }) => buffer));
    for (const body of bodies) giveBack(body);
    const again = bodies.map(() => takeBytes(10 * 1024 * 1024));
    expect(again.filter(({ buffer }) => buffers.has(buffer)).length).toBeLessThanOrEqual(3);
  });
});

describe('memory that lies idle', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A store of its own, whose looks are the test's to make. */
  async function freshStore() {
    vi.useFakeTimers();
    vi.resetModules();
    return import('./recycled-memory.ts');
  }

  test('is let go when nobody needed it from one look to the next', async () => {
    const store = await freshStore();
    const bodies = [1, 2, 3].map(() => store.takeBytes(100_000));
    for (const body of bodies) store.giveBack(body);
    vi.advanceTimersByTime(10_000);
    // One of three was needed since.
    const last = store.takeBytes(100_000);
    store.giveBack(last);
    vi.advanceTimersByTime(10_000);
    const buffers = new Set(bodies.map(({ buffer }) => buffer));
    const again = bodies.map(() => store.takeBytes(100_000));
    expect(again.filter(({ buffer }) => buffers.has(buffer))).toHaveLength(1);
    expect(again[0]?.buffer).toBe(last.buffer);
  });

  test('is not looked for once there is none', async () => {
    const store = await freshStore();
    store.giveBack(store.takeBytes(100_000));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(20_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
