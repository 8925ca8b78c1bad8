// Owns bodies that are sound files themselves, alone or in a form: the same files as JSON, which is all that the rest of the mock
// reads. Must not know a call.
import type { RequestShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { bytesField } from '../contract.ts';
import { CallFailure, shown } from '../failure.ts';

/** What `:rawPredict` reads beside JSON. */
export const FILE_TYPES: readonly string[] = ['audio/wav', 'multipart/form-data'];

/** Other names of WAV. */
const AUDIO_TYPES = ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'];
const FIELD = 'files';

/** Whether a body with this Content-Type is files. */
export function isFiles(contentType: string | undefined): contentType is string {
  return [...AUDIO_TYPES, ...FILE_TYPES].includes(mediaTypeOf(contentType));
}

/** The body of files as the JSON that means the same, or why a form is refused. */
export async function filesAsJson(
  body: Uint8Array,
  contentType: string,
  shape: RequestShape,
): Promise<Uint8Array | CallFailure> {
  const field = bytesField(shape);
  if (field === undefined) {
    return new CallFailure(
      'UNSUPPORTED_MEDIA_TYPE',
      'Expected Content-Type: application/json: no instance is a file alone.',
    );
  }
  const files = AUDIO_TYPES.includes(mediaTypeOf(contentType)) ? [body] : await filesOfForm(body, contentType);
  if (files instanceof CallFailure) return files;
  const instances = files.map((file) => ({ [field]: Buffer.from(file).toString('base64') }));
  return Buffer.from(JSON.stringify({ instances }));
}

async function filesOfForm(body: Uint8Array, contentType: string): Promise<Uint8Array[] | CallFailure> {
  if (!/;\s*boundary=/i.test(contentType)) {
    return wrong(
      'INVALID_VALUE',
      'Content-Type',
      'expected a boundary behind multipart/form-data, as every HTTP library adds it, got none',
    );
  }
  const form = await new Response(new Uint8Array(body), { headers: { 'Content-Type': contentType } })
    .formData()
    .catch(() => undefined);
  if (form === undefined) {
    return wrong(
      'INVALID_VALUE',
      'body',
      'expected a whole form as RFC 7578 has it, got one that is cut off or malformed',
    );
  }
  const parts = form.getAll(FIELD);
  if (parts.length === 0) {
    return wrong('EMPTY_INSTANCES', FIELD, `expected at least 1 file, each in a part named ${FIELD}, got none`);
  }
  const other = [...form.keys()].find((name) => name !== FIELD);
  if (other !== undefined) {
    return wrong(
      'UNKNOWN_FIELD',
      shown(other).slice(1, -1),
      `expected only ${FIELD}, got the unknown field ${shown(other)}`,
    );
  }
  // Text is no sound, and is judged as such.
  return Promise.all(parts.map(async (part) => (typeof part === 'string' ? Buffer.from(part) : part.bytes())));
}

function wrong(
  reason: 'INVALID_VALUE' | 'EMPTY_INSTANCES' | 'UNKNOWN_FIELD',
  field: string,
  description: string,
): CallFailure {
  return new CallFailure(reason, `${field}: ${description}.`, { fieldViolations: [{ field, description }] });
}

function mediaTypeOf(contentType = ''): string {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
