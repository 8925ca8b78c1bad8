import { expect, test } from 'vitest';
import { npyFile } from './npy-file.ts';

test.each([
  {
    rows: [
      [1, -2.5, 1e-8],
      [Number.NaN, Number.POSITIVE_INFINITY, 0],
    ],
    length: 3,
  },
  { rows: [Array.from({ length: 512 }, (_, index) => Math.fround(Math.sin(index)))], length: 512 },
  { rows: [], length: 8 },
])('a file of $rows.length rows reads back', ({ rows, length }) => {
  const file = npyFile(
    rows.map((row) => Float32Array.from(row)),
    length,
  );
  const view = new DataView(file.buffer);
  expect([...file.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const start = 10 + view.getUint16(8, true);
  expect(start % 64).toBe(0);
  const header = new TextDecoder().decode(file.subarray(10, start));
  expect(header).toMatch(/\n$/);
  expect(header.trim()).toBe(`{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, ${length}), }`);
  expect(file.length).toBe(start + rows.length * length * 4);
  const numbers = Array.from({ length: rows.length * length }, (_, index) => view.getFloat32(start + index * 4, true));
  expect(numbers).toEqual(rows.flat().map(Math.fround));
});

test('a row of another length is a bug', () => {
  expect(() => npyFile([new Float32Array(2)], 3)).toThrow('This is a bug');
});
