// Owns reading a form with files (multipart/form-data, RFC 7578) from a body's bytes. Must not know what the files hold, nor HTTP
// beyond the text of one header.
import { getMultipartBoundary, MultipartParseError, parseMultipart } from '@remix-run/multipart-parser';
import { RequestError } from '../errors.ts';
import { counted, showName, showUnknownName } from './messages.ts';
import { throwViolations, type Violation } from './violations.ts';

/** The form's one field, which stands once for each file. */
const FIELD = 'files';

/** Of one part: its field, the name of its file and little else. */
const MAX_PART_HEADER_BYTES = 8 * 1024;

/** More than this tells a caller nothing new. */
const MAX_REFUSED_NAMES = 16;

/** A file of the form, or a part that holds text where a file belongs. */
export type FormFile = Uint8Array | 'text';

/**
 * The files in their order; they may lie in `body`. Reads no further than one file behind the limit, so that a form with a million
 * empty parts costs nothing. Throws RequestError when the body is no form, or has other fields, no file or too many.
 */
export function readFormFiles(body: Uint8Array, contentType: string, maxFiles: number): FormFile[] {
  const boundary = getMultipartBoundary(contentType);
  if (boundary === null) {
    throw invalid(
      'Content-Type',
      'expected a boundary behind multipart/form-data, as every HTTP library adds it, got none',
    );
  }
  const files: FormFile[] = [];
  const refused = new Set<string>();
  const options = {
    boundary,
    maxHeaderSize: MAX_PART_HEADER_BYTES,
    maxFileSize: body.byteLength,
    maxTotalSize: body.byteLength,
  };
  try {
    for (const part of parseMultipart(body, { ...options, maxParts: Number.MAX_SAFE_INTEGER })) {
      if (part.name === FIELD) files.push(part.isFile ? part.bytes : 'text');
      else refused.add(part.name ?? '');
      if (files.length > maxFiles || refused.size >= MAX_REFUSED_NAMES) break;
    }
  } catch (error) {
    if (!(error instanceof MultipartParseError)) throw error;
    throw invalid('body', 'expected a whole form as RFC 7578 has it, got one that is cut off or malformed');
  }
  throwViolations([...numberProblems(files.length, maxFiles), ...[...refused].map(refusedField)]);
  return files;
}

function invalid(field: string, description: string): RequestError {
  return new RequestError('INVALID_VALUE', `${field}: ${description}.`, { fieldViolations: [{ field, description }] });
}

function numberProblems(count: number, maxFiles: number): Violation[] {
  if (count === 0) {
    const description = `expected at least 1 file, each in a part named ${FIELD}, got none`;
    return [{ reason: 'EMPTY_INSTANCES', field: FIELD, description }];
  }
  if (count <= maxFiles) return [];
  const description = `expected at most ${counted(maxFiles, 'file')} in one call, got more; split them over several calls`;
  return [{ reason: 'TOO_MANY_INSTANCES', field: FIELD, description, metadata: { maxInstances: String(maxFiles) } }];
}

function refusedField(name: string): Violation {
  return {
    reason: 'UNKNOWN_FIELD',
    field: showName(name).slice(1, -1),
    description: `expected only ${FIELD}, got the unknown field ${showUnknownName(name, [FIELD])}`,
  };
}
