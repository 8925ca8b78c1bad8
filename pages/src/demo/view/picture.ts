// Owns painting numbers cell by cell. Must not know what they are.
import type { Rgba } from './colours.ts';

/** Paints `columns` × `rows` cells, one pixel each, row 0 at the top; the page's style stretches them. */
export function paint(
  canvas: HTMLCanvasElement,
  columns: number,
  rows: number,
  colourOf: (column: number, row: number) => Rgba,
): void {
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser cannot draw.');
  const image = context.createImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      image.data.set(colourOf(column, row), (row * columns + column) * 4);
    }
  }
  context.putImageData(image, 0, 0);
}
