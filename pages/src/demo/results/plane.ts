// Owns the map: rows of numbers as points of a plane, by principal component analysis (Pearson 1901; Jolliffe, "Principal Component
// Analysis", chapter 3). The same rows give the same points. Must not know what the rows stand for.
import { dot } from './cosines.ts';

export interface Plane {
  /** A point for each row, in the rows' own unit. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Part of the rows' variance that lies along x and along y, 0 … 1. */
  readonly shares: readonly [x: number, y: number];
}

/** Bounds the work where two components are all but equally long; then any turn of them shows the rows as well. */
const MAX_STEPS = 1_000;
const PRECISION = 1e-12;

/** The two directions along which the rows differ most. Rows that are all alike lie at 0. */
export function principalPlane(rows: readonly Float32Array[]): Plane {
  const gram = centredGram(rows);
  const trace = gram.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  const axes: { readonly coordinates: Float64Array; readonly share: number }[] = [];
  for (let axis = 0; axis < 2; axis++) {
    const { vector, value } = strongest(gram, trace);
    const scale = Math.sqrt(value);
    axes.push({ coordinates: vector.map((part) => part * scale), share: trace > 0 ? value / trace : 0 });
    // What is left when this direction is taken out of all rows (Hotelling's deflation).
    for (const [i, row] of gram.entries())
      for (let j = 0; j < row.length; j++) row[j] = (row[j] ?? 0) - value * (vector[i] ?? 0) * (vector[j] ?? 0);
  }
  return {
    points: rows.map((_, index) => ({
      x: axes[0]?.coordinates[index] ?? 0,
      y: axes[1]?.coordinates[index] ?? 0,
    })),
    shares: [axes[0]?.share ?? 0, axes[1]?.share ?? 0],
  };
}

/** Inner products of the rows around their mean: as large as there are rows, however long they are. */
function centredGram(rows: readonly Float32Array[]): Float64Array[] {
  const length = rows[0]?.length ?? 0;
  const mean = new Float64Array(length);
  for (const row of rows)
    for (let index = 0; index < length; index++) mean[index] = (mean[index] ?? 0) + (row[index] ?? 0) / rows.length;
  const centred = rows.map((row) => Float64Array.from(row, (value, index) => value - (mean[index] ?? 0)));
  return centred.map((row) => Float64Array.from(centred, (other) => dot(row, other)));
}

/**
 * The eigenvector of the largest eigenvalue of a symmetric matrix without negative ones, by power iteration: of length 1, its largest
 * part positive. Zeros when the matrix is, beside `trace`, which is that of the whole problem.
 */
function strongest(matrix: readonly Float64Array[], trace: number): { vector: Float64Array; value: number } {
  const size = matrix.length;
  // The longest column cannot stand at right angles to all strong directions, which a fixed start could.
  let column = matrix.reduce((best, row) => (dot(row, row) > dot(best, best) ? row : best), new Float64Array(size));
  let vector = normalised(column, trace * PRECISION);
  if (vector === undefined) return { vector: new Float64Array(size), value: 0 };
  let value = 0;
  for (let step = 0; step < MAX_STEPS; step++) {
    const current: Float64Array = vector;
    column = Float64Array.from(matrix, (row) => dot(row, current));
    value = dot(column, current);
    const next = normalised(column, 0);
    if (next === undefined) break;
    const change = 1 - Math.abs(dot(next, current));
    vector = next;
    if (change < PRECISION) break;
  }
  const largest = vector.reduce((best, part) => (Math.abs(part) > Math.abs(best) + PRECISION ? part : best), 0);
  return { vector: largest < 0 ? vector.map((part) => -part) : vector, value: Math.max(0, value) };
}

function normalised(vector: Float64Array, floor: number): Float64Array | undefined {
  const length = Math.sqrt(dot(vector, vector));
  return length > floor ? vector.map((part) => part / length) : undefined;
}
