// Owns how a figure of a measurement is written.

/** Three digits. */
export const figure = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
