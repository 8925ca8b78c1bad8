// Owns where a body is decoded: small ones on the calling thread, where a hop would cost more than the work, large ones in
// worker threads, so that no body stops the HTTP thread. Must not know HTTP or what a body holds.

import type { AlgorithmName } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { Piscina } from 'piscina';
import type { AnyAlgorithm, ParsedObject } from '../algorithms/algorithm.ts';
import { RequestError } from '../errors.ts';
import type { ParseLimits } from '../parse/read-request.ts';
import { type DecodedBody, decodeBody, decodeFile, type InstanceFailure } from './decode-body.ts';
import type { BodyTask, FileTask, RefusedBody } from './decode-worker.ts';
import { moving } from './transfer.ts';

/**
 * Largest body that is decoded on the HTTP thread. One clip of 16 kHz, 16-bit sound is 85 kB in base64 and takes well under a
 * millisecond; a file that needs the most resampling per byte (8-bit) takes some milliseconds at this size.
 */
const INLINE_LIMIT_BYTES = 96 * 1024;

export interface Decoder {
  /** Takes ownership of `bytes`: their memory may be moved to another thread. Throws RequestError. */
  decodeBody(bytes: Uint8Array, algorithm: AnyAlgorithm, limits: ParseLimits): Promise<DecodedBody>;
  /** Decodes one fetched file. Takes ownership of `bytes`. */
  decodeFile(
    bytes: Uint8Array,
    algorithm: AnyAlgorithm,
    parameters: ParsedObject,
  ): Promise<Float32Array | InstanceFailure>;
  close(): Promise<void>;
}

/** `threads` workers, started when the first large body comes. Close it to end them. */
export function createDecoder(threads: number): Decoder {
  let pool: Piscina | undefined;
  const run = (task: BodyTask | FileTask): Promise<unknown> => {
    pool ??= new Piscina({
      filename: new URL('./decode-worker.ts', import.meta.url).href,
      name: 'run',
      minThreads: 1,
      maxThreads: threads,
      idleTimeout: 60_000,
    });
    return pool.run(moving(task, [task.bytes]), { name: 'run' });
  };
  return {
    async decodeBody(bytes, algorithm, limits) {
      if (bytes.byteLength <= INLINE_LIMIT_BYTES) return decodeBody(bytes, algorithm, limits);
      // The worker runs the same functions on the same types; structured clone keeps their shape.
      const result = (await run({ kind: 'body', algorithm: registered(algorithm), bytes, limits })) as
        | DecodedBody
        | RefusedBody;
      if ('refused' in result)
        throw new RequestError(result.refused.reason, result.refused.message, result.refused.facts);
      return result;
    },
    async decodeFile(bytes, algorithm, parameters) {
      if (bytes.byteLength <= INLINE_LIMIT_BYTES) return decodeFile(bytes, algorithm, parameters);
      // As above.
      return (await run({ kind: 'file', algorithm: registered(algorithm), bytes, parameters })) as
        | Float32Array
        | InstanceFailure;
    },
    async close() {
      await pool?.destroy();
    },
  };
}

/** Every plug-in that is served comes from the registry, whose keys are these names. */
function registered(algorithm: AnyAlgorithm): AlgorithmName {
  return algorithm.name as AlgorithmName;
}
