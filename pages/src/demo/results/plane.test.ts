import { expect, test } from 'vitest';
import { principalPlane } from './plane.ts';

const rowsOf = (...rows: number[][]): Float32Array[] => rows.map((row) => Float32Array.from(row));

/** Points around `centre` along two directions at right angles, of lengths 3 and 1. */
function ellipse(count: number): Float32Array[] {
  const length = 40;
  const long = Array.from({ length }, (_, index) => (index % 2 === 0 ? 1 : 0) / Math.sqrt(length / 2));
  const short = Array.from({ length }, (_, index) => (index % 2 === 0 ? 0 : 1) / Math.sqrt(length / 2));
  return Array.from({ length: count }, (_, point) => {
    const angle = (2 * Math.PI * point) / count;
    return Float32Array.from(
      long,
      (part, index) => 5 + 3 * Math.cos(angle) * part + Math.sin(angle) * (short[index] ?? 0),
    );
  });
}

test('finds the directions of an ellipse, the longer one first', () => {
  const { points, shares } = principalPlane(ellipse(12));
  for (const [index, { x, y }] of points.entries()) {
    const angle = (2 * Math.PI * index) / 12;
    expect(Math.abs(x)).toBeCloseTo(Math.abs(3 * Math.cos(angle)), 4);
    expect(Math.abs(y)).toBeCloseTo(Math.abs(Math.sin(angle)), 4);
  }
  expect(shares[0]).toBeCloseTo(0.9, 5);
  expect(shares[1]).toBeCloseTo(0.1, 5);
});

test('keeps the distances of rows that lie in a plane', () => {
  const rows = rowsOf([0, 0, 1], [4, 0, 1], [0, 3, 1], [1, 1, 1]);
  const { points } = principalPlane(rows);
  for (const [i, a] of points.entries())
    for (const [j, b] of points.entries()) {
      const wanted = Math.hypot(...Array.from(rows[i] ?? [], (value, index) => value - (rows[j]?.[index] ?? 0)));
      expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeCloseTo(wanted, 6);
    }
});

test('the part farthest from 0 is on the positive side, so that a map does not flip', () => {
  const rows = rowsOf([0, 0], [0.1, 0], [-9, 0]);
  const { points } = principalPlane(rows);
  expect(points.map(({ x }) => Math.sign(x))).toEqual([-1, -1, 1]);
  expect(principalPlane(rows)).toEqual(principalPlane(rows));
});

test.each([
  { name: 'nothing', rows: [], points: [], shares: [0, 0] },
  { name: 'one row', rows: rowsOf([1, 2]), points: [{ x: 0, y: 0 }], shares: [0, 0] },
  {
    name: 'rows that are alike',
    rows: rowsOf([1, 2], [1, 2]),
    points: [
      { x: 0, y: 0 },
      { x: 0, y: 0 },
    ],
    shares: [0, 0],
  },
])('$name lies at 0', ({ rows, points, shares }) => {
  expect(principalPlane(rows)).toEqual({ points, shares });
});

test('two rows lie on the first axis alone', () => {
  const { points, shares } = principalPlane(rowsOf([0, 0], [2, 0]));
  expect(points.map(({ y }) => y)).toEqual([expect.closeTo(0, 9), expect.closeTo(0, 9)]);
  expect(Math.abs((points[0]?.x ?? 0) - (points[1]?.x ?? 0))).toBeCloseTo(2, 9);
  expect(shares[0]).toBeCloseTo(1, 9);
});

test('directions of the same length do not keep it from an answer', () => {
  const { points, shares } = principalPlane(rowsOf([1, 0, 0], [0, 1, 0], [0, 0, 1]));
  expect(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  expect(shares[0]).toBeCloseTo(0.5, 6);
});
