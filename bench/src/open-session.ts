// Owns how the programs that are compared with the server open their session: as it does (server/src/infer/onnx.ts), so that the model costs
// all of them the same. Must not know what is computed.
import { InferenceSession } from 'onnxruntime-node';

/** A session on `threads` threads that sleep while there is nothing to do. Throws Error for what onnxruntime cannot load. */
export function openSession(modelPath: string, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(modelPath, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}
