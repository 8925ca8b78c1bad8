// Owns turning a matrix about its diagonal: PyTorch keeps a linear layer's weights by outputs, ONNX multiplies by inputs.

/** Edge of the squares that are turned one after the other: both sides of one fit into a processor's nearest cache. */
const SQUARE = 32;

/** Row-major `[rows, columns]` numbers as `[columns, rows]`. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let top = 0; top < rows; top += SQUARE) {
    const bottom = Math.min(top + SQUARE, rows);
    for (let left = 0; left < columns; left += SQUARE) {
      const right = Math.min(left + SQUARE, columns);
      for (let row = top; row < bottom; row += 1) {
        for (let column = left; column < right; column += 1) {
          turned[column * rows + row] = values[row * columns + column] ?? Number.NaN;
        }
      }
    }
  }
  return turned;
}
