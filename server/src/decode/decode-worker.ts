// Owns the worker thread's side of decoding: one task in, rows out, all sound moved and not copied. The plug-in is found
// by name, since functions cannot cross threads. Runs under piscina.

import type { AlgorithmName } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import type { RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import type { ParsedObject } from '../algorithms/algorithm.ts';
import { algorithms } from '../algorithms/index.ts';
import { RequestError, type RequestErrorFacts } from '../errors.ts';
import type { ParseLimits } from '../parse/read-request.ts';
import { adopt, giveBack } from '../recycled-memory.ts';
import { yieldToOtherThreads } from '../thread-priority.ts';
import { type DecodedBody, decodeBody, decodeFile, type InstanceFailure } from './decode-body.ts';
import { decodeForm, type FormLimits } from './decode-form.ts';
import { type DecodedTensors, decodeTensors, withOwnMemory } from './decode-tensors.ts';
import { moving } from './transfer.ts';

yieldToOtherThreads();

export interface BodyTask {
  readonly kind: 'body';
  readonly algorithm: AlgorithmName;
  readonly bytes: Uint8Array;
  readonly limits: ParseLimits;
}

export interface FileTask {
  readonly kind: 'file';
  readonly algorithm: AlgorithmName;
  readonly bytes: Uint8Array;
  readonly parameters: ParsedObject;
}

export interface FormTask {
  readonly kind: 'form';
  readonly algorithm: AlgorithmName;
  readonly bytes: Uint8Array;
  readonly limits: FormLimits;
  readonly parameters: ParsedObject;
}

export interface TensorsTask {
  readonly kind: 'tensors';
  readonly algorithm: AlgorithmName;
  readonly bytes: Uint8Array;
  readonly jsonBytes: number | undefined;
  readonly limits: ParseLimits;
}

/** A RequestError as data: classes do not survive the way between threads. */
export interface RefusedBody {
  readonly refused: { readonly reason: RequestReason; readonly message: string; readonly facts: RequestErrorFacts };
}

/** Memory for rows of the model's input, which goes round between the threads. */
export interface RowMemory {
  readonly rowMemory: readonly Float32Array[];
}

export interface TaskResult {
  readonly result: DecodedBody | DecodedTensors | Float32Array | InstanceFailure | RefusedBody;
  /** The task's bytes, when nothing lies in their memory any more. */
  readonly body?: Uint8Array;
}

export function run({ rowMemory, ...task }: (BodyTask | FileTask | FormTask | TensorsTask) & RowMemory): unknown {
  for (const row of rowMemory) giveBack(adopt(row));
  const algorithm = algorithms[task.algorithm];
  if (task.kind === 'file') return moved(decodeFile(task.bytes, algorithm, task.parameters));
  try {
    if (task.kind === 'tensors')
      return moved(withOwnMemory(decodeTensors(task.bytes, task.jsonBytes, algorithm, task.limits)));
    if (task.kind === 'form') return moved(decodeForm(task.bytes, task.limits, algorithm, task.parameters), task.bytes);
    return moved(decodeBody(task.bytes, algorithm, task.limits), task.bytes);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const refused = { reason: error.reason, message: error.message, facts: error.facts };
    return { result: { refused } } satisfies TaskResult;
  }
}

/** Hands the memory of the sound, and of the body that it came in, over to the receiving thread. */
function moved(result: DecodedBody | Float32Array | InstanceFailure, body?: Uint8Array): unknown {
  const rows =
    result instanceof Float32Array
      ? [result]
      : 'instances' in result
        ? result.instances.filter((row) => row instanceof Float32Array)
        : [];
  return moving({ result, ...(body && { body }) } satisfies TaskResult, body ? [...rows, adopt(body)] : rows);
}
