// Owns a small linear classifier for the tests: ridge regression on one-hot labels. Knows no model.

/** One labelled embedding. */
export interface Example {
  readonly label: string;
  readonly vector: Float32Array;
}

/**
 * Fits on `training` and returns the share of `held` that gets its own label. Solves the dual form (one unknown per training
 * example) by Cholesky's method; `ridge` is the penalty on the squared weights. A constant feature carries the offset.
 */
export function probeAccuracy(training: readonly Example[], held: readonly Example[], ridge: number): number {
  const labels = [...new Set(training.map(({ label }) => label))];
  const kernel = training.map((a) => training.map((b) => similarity(a, b) + (a === b ? ridge : 0)));
  const factor = choleskyFactor(kernel);
  const weights = labels.map((wanted) =>
    solve(
      factor,
      training.map(({ label }) => (label === wanted ? 1 : -1)),
    ),
  );
  const right = held.filter((example) => {
    const similarities = training.map((known) => similarity(known, example));
    const scores = weights.map((each) => each.reduce((sum, weight, i) => sum + weight * (similarities[i] ?? 0), 0));
    return labels[scores.indexOf(Math.max(...scores))] === example.label;
  });
  return right.length / held.length;
}

function similarity(a: Example, b: Example): number {
  return a.vector.reduce((sum, value, i) => sum + value * (b.vector[i] ?? 0), 1);
}

function choleskyFactor(matrix: readonly (readonly number[])[]): number[][] {
  const factor: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    const line: number[] = [];
    for (let j = 0; j <= i; j += 1) {
      const other = j === i ? line : (factor[j] ?? []);
      const rest = (row[j] ?? 0) - line.slice(0, j).reduce((sum, value, k) => sum + value * (other[k] ?? 0), 0);
      line.push(j === i ? Math.sqrt(rest) : rest / (other[j] ?? 1));
    }
    factor.push(line);
  }
  return factor;
}

function solve(factor: readonly (readonly number[])[], target: readonly number[]): number[] {
  const forward: number[] = [];
  for (const [i, line] of factor.entries()) {
    const rest = forward.reduce((sum, value, k) => sum + value * (line[k] ?? 0), 0);
    forward.push(((target[i] ?? 0) - rest) / (line[i] ?? 1));
  }
  const solution = [...forward];
  for (let i = factor.length - 1; i >= 0; i -= 1) {
    let rest = solution[i] ?? 0;
    for (let k = i + 1; k < factor.length; k += 1) rest -= (factor[k]?.[i] ?? 0) * (solution[k] ?? 0);
    solution[i] = rest / (factor[i]?.[i] ?? 1);
  }
  return solution;
}
