// Owns the few statistics that results are made of. Must not know what they are of.

/** The value below which the share `fraction` of all values lies (nearest rank); NaN of nothing. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
