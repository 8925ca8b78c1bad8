// Owns NumPy's file format (numpy/lib/format.py, version 1.0). Must not know what the numbers mean.

const MAGIC = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0];
/** The numbers begin at a multiple of it, so that they can be mapped. */
const ALIGNMENT = 64;

/** A file with a float32 array of the shape `(rows.length, length)`, little-endian, in C order. */
export function npyFile(rows: readonly Float32Array[], length: number): Uint8Array<ArrayBuffer> {
  const shape = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, ${length}), }`;
  const unpadded = MAGIC.length + 2 + shape.length + 1;
  const headerEnd = Math.ceil(unpadded / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(headerEnd + rows.length * length * 4);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint16(MAGIC.length, headerEnd - MAGIC.length - 2, true);
  file.set(new TextEncoder().encode(`${shape}${' '.repeat(headerEnd - unpadded)}\n`), MAGIC.length + 2);
  for (const [index, row] of rows.entries()) {
    if (row.length !== length) throw new Error(`A row has ${row.length} numbers instead of ${length}. This is a bug.`);
    for (let column = 0; column < length; column++) {
      view.setFloat32(headerEnd + (index * length + column) * 4, row[column] ?? 0, true);
    }
  }
  return file;
}
