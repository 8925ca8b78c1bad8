// Owns the bodies that are sound files themselves, alone or in a form: what they become is what the same files in JSON become. Must
// not know an algorithm.
import type { AnyAlgorithm } from '../algorithms/algorithm.ts';
import type { DecodedBody } from '../decode/decode-body.ts';
import type { Decoder, Waiting } from '../decode/decoder.ts';
import { noParameters } from '../parse/read-parameters.ts';
import { giveBack } from '../recycled-memory.ts';

/** The contract's name of WAV, and the others under which programs send it (RFC 2361; what browsers and Python's mimetypes say). */
const AUDIO_TYPES = ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'];
const FORM_TYPE = 'multipart/form-data';

/** What is read beside JSON, as a refusal names it. */
export const FILE_TYPES: readonly string[] = ['audio/wav', FORM_TYPE];

export interface FileBodyOptions {
  readonly algorithm: AnyAlgorithm;
  readonly decoder: Decoder;
  readonly maxInstances: number;
}

/**
 * Reads the body that this Content-Type announces; undefined when it announces no file. What it gives throws RequestError for a
 * malformed form, and for an algorithm that needs parameters.
 */
export function fileBodyReader(
  contentType: string | undefined,
  { algorithm, decoder, maxInstances }: FileBodyOptions,
): ((body: Uint8Array, waiting: Waiting) => Promise<DecodedBody>) | undefined {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (AUDIO_TYPES.includes(mediaType)) {
    return async (body, waiting) => {
      const parameters = noParameters(algorithm.requestShape);
      const row = await decoder.decodeFile(body, algorithm, parameters, waiting);
      // Where the row lies in the body, it is needed a while yet.
      if (!(row instanceof Float32Array && row.buffer === body.buffer)) giveBack(body);
      return { instances: [row], parameters };
    };
  }
  if (contentType === undefined || mediaType !== FORM_TYPE) return undefined;
  return async (body, waiting) => {
    const parameters = noParameters(algorithm.requestShape);
    return decoder.decodeForm(body, { contentType, maxFiles: maxInstances }, algorithm, parameters, waiting);
  };
}
