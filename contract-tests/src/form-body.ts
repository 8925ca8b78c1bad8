// Owns the bytes of a form with files (RFC 7578). Written here and not by a library, so that a form can be wrong and has the same bytes
// each time.
import type { FormPart } from './case-file.ts';
import { fileBytes } from './stand-ins.ts';

const BOUNDARY = 'contract-tests-7a1f0c';
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

export function formBody(parts: readonly FormPart[]): Buffer {
  const written = parts.map(({ name = 'files', file, text = '' }, index) => {
    const fileName = file === undefined ? '' : `; filename="clip-${index}.wav"\r\nContent-Type: audio/wav`;
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${fileName}\r\n\r\n`;
    return Buffer.concat([
      Buffer.from(head),
      file === undefined ? Buffer.from(text) : fileBytes(file),
      Buffer.from('\r\n'),
    ]);
  });
  return Buffer.concat([...written, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}
