// Owns the way from an Open Inference Protocol request to rows of 32-bit floats: the JSON, and the tensor data behind it. Must
// not know an algorithm or HTTP, and never builds a JavaScript array of samples.
// The protocol: kserve/open-inference-protocol, inference_rest.md; the bytes behind the JSON: Triton's extension_binary_data.md.
import { isUtf8 } from 'node:buffer';
import { RequestError } from '../errors.ts';
import { type Cursor, cursorOf, nextByte } from './cursor.ts';
import { bareRows } from './float-rows.ts';
import { readList, readObject, readParameters, readText, wrong } from './inference-fields.ts';
import { type InferenceLimits, type InputTensor, readInput, rowsOf, type Tensors } from './input-tensor.ts';
import { showName } from './messages.ts';
import { expectEnd } from './read-request.ts';
import { emptyBody, invalidUtf8 } from './syntax-error.ts';
import { throwViolations, type Violation } from './violations.ts';

export interface InferenceRequest {
  /** Each of `inputLength` finite numbers; they may be views of the body's memory or of each other's. */
  readonly rows: readonly Float32Array[];
  readonly id?: string;
  /** The output is wanted as bytes behind the JSON. */
  readonly binaryOutput: boolean;
}

const MAX_ID_LENGTH = 256;
/** Triton's and KServe's clients repeat the path's model here. */
const IGNORED_FIELDS: ReadonlySet<string> = new Set(['model_name', 'model_version']);

/**
 * Reads one inference request. `jsonBytes` says how many bytes of the body are its JSON when tensor data stands behind it,
 * undefined when none does; 0 for a body that is nothing but rows, which Triton answers in the same form.
 *
 * Throws RequestError for whatever is wrong, since the protocol has no place for the error of one row.
 */
export function readInferenceRequest(
  body: Uint8Array,
  jsonBytes: number | undefined,
  tensors: Tensors,
  limits: InferenceLimits,
): InferenceRequest {
  if (jsonBytes === 0) {
    return { rows: bareRows(body, tensors.inputLength, limits.maxInstances), binaryOutput: true };
  }
  const size = jsonBytes ?? body.byteLength;
  if (size > body.byteLength) {
    throw new RequestError(
      'INVALID_LENGTH',
      `Expected Inference-Header-Content-Length to be at most the ${body.byteLength} bytes of the body, got ${size}.`,
    );
  }
  const bytes = Buffer.from(body.buffer, body.byteOffset, size);
  if (!isUtf8(bytes)) throw invalidUtf8(bytes);
  const cursor = cursorOf(bytes);
  nextByte(cursor);
  if (cursor.at === bytes.length) throw emptyBody();
  const violations: Violation[] = [];
  const { input, id, binaryOutput } = readEnvelope(cursor, tensors, limits, violations);
  expectEnd(cursor);
  throwViolations(violations);
  if (input === undefined) throw new Error('An inference request without violations has no input. This is a bug.');
  const behind = jsonBytes === undefined ? undefined : body.subarray(size);
  return { rows: rowsOf(input, behind, tensors, limits), binaryOutput, ...(id !== undefined && { id }) };
}

interface Envelope {
  readonly id: string | undefined;
  readonly input: InputTensor | undefined;
  readonly binaryOutput: boolean;
}

/** Reads all of the body's object, whatever is wrong in it, so that the caller hears of everything at once. */
function readEnvelope(cursor: Cursor, tensors: Tensors, limits: InferenceLimits, violations: Violation[]): Envelope {
  let id: string | undefined;
  let input: InputTensor | undefined;
  let binaryByDefault: boolean | undefined;
  let binaryByOutput: boolean | undefined;
  const fields = ['id', 'parameters', 'inputs', 'outputs'] as const;
  const readField = (name: (typeof fields)[number]): void => {
    switch (name) {
      case 'id':
        id = readText(cursor, name, violations);
        if (id !== undefined && id.length > MAX_ID_LENGTH)
          violations.push(wrong('INVALID_LENGTH', name, `at most ${MAX_ID_LENGTH} characters`, String(id.length)));
        break;
      case 'parameters':
        ({ binary_data_output: binaryByDefault } = readParameters(
          cursor,
          name,
          { binary_data_output: 'a boolean' },
          violations,
          'ignore the others',
        ));
        break;
      case 'inputs':
        readList(cursor, name, 1, violations, (path) => {
          input = readInput(cursor, path, tensors, limits, violations);
        });
        break;
      case 'outputs':
        readList(cursor, name, 0, violations, (path) => {
          binaryByOutput = readOutput(cursor, path, tensors, violations);
        });
        break;
    }
  };
  const found = readObject(cursor, '', fields, violations, readField, IGNORED_FIELDS);
  if (found !== undefined && !found.has('inputs'))
    violations.push(wrong('MISSING_FIELD', 'inputs', `a list with the tensor ${showName(tensors.inputName)}`, 'none'));
  return { id, input, binaryOutput: binaryByOutput ?? binaryByDefault ?? false };
}

/** Reads the one member of `outputs`: whether it is wanted as bytes, undefined when it does not say. */
function readOutput(
  cursor: Cursor,
  path: string,
  { outputName }: Tensors,
  violations: Violation[],
): boolean | undefined {
  let binary: boolean | undefined;
  const found = readObject(cursor, path, ['name', 'parameters'], violations, (field) => {
    const place = `${path}.${field}`;
    if (field === 'parameters')
      ({ binary_data: binary } = readParameters(cursor, place, { binary_data: 'a boolean' }, violations));
    else {
      const name = readText(cursor, place, violations) ?? outputName;
      if (name !== outputName) violations.push(wrong('INVALID_VALUE', place, showName(outputName), showName(name)));
    }
  });
  if (found !== undefined && !found.has('name'))
    violations.push(wrong('MISSING_FIELD', `${path}.name`, showName(outputName), 'none'));
  return binary;
}
