// Owns how many floating-point operations a model's products take for one clip, by the shapes that they have when it runs. Must not
// know time: a run that is recorded is slower than others.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** What onnxruntime records of one node's run: https://onnxruntime.ai/docs/performance/tune-performance/profiling-tools.html */
export interface RecordedNode {
  readonly operator: string;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

/** Runs the model once and counts. Undefined when it has products whose size cannot be told. */
export async function countOperations(model: string, row: Float32Array): Promise<number | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'count-'));
  try {
    const session = await InferenceSession.create(model, {
      intraOpNumThreads: 1,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'run'),
    });
    await session.run({ [session.inputNames[0] ?? '']: new Tensor('float32', row, [1, row.length]) });
    session.endProfiling();
    await session.release();
    const [file = ''] = await readdir(folder);
    return sumOperations(readRecord(await readFile(join(folder, file), 'utf8')));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Two for each number of an output and each number that is summed up for it; only products count. */
export function sumOperations(nodes: readonly RecordedNode[]): number | undefined {
  let sum = 0;
  for (const { operator, inputs, outputs } of nodes) {
    const isProduct = /MatMul|Gemm/.test(operator);
    if (operator === 'MultiHeadAttention') {
      const attention = attentionOperations(inputs);
      if (attention === undefined) return undefined;
      sum += attention;
      continue;
    }
    // For Conv this would be the kernel's size, which is not recorded once its weights are laid out anew.
    if (/Conv|Attention|LSTM|GRU|RNN/.test(operator)) return undefined;
    if (!isProduct) continue;
    const [terms, results] = [inputs[0]?.at(-1), outputs[0]];
    if (terms === undefined || results === undefined) return undefined;
    sum += 2 * terms * results.reduce((product, size) => product * size, 1);
  }
  return sum;
}

/** Every query with every key, and the values by what came of that. Undefined where the three are not apart. */
function attentionOperations([query, key, value]: RecordedNode['inputs']): number | undefined {
  if (query?.length !== 3 || key?.length !== 3 || value?.length !== 3) return undefined;
  const [clips = 0, queries = 0, width = 0] = query;
  const [keys = 0, valueWidth = 0] = value.slice(1);
  return 2 * clips * queries * keys * (width + valueWidth);
}

function readRecord(text: string): RecordedNode[] {
  // onnxruntime's own form: shapes as [{"float": [1, 32000]}, …].
  const events = JSON.parse(text) as {
    cat: string;
    name: string;
    args: {
      op_name?: string;
      input_type_shape?: Record<string, number[]>[];
      output_type_shape?: Record<string, number[]>[];
    };
  }[];
  const shapes = (values: Record<string, number[]>[] = []) => values.flatMap((value) => Object.values(value));
  return events
    .filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'))
    .map(({ args }) => ({
      operator: args.op_name ?? '',
      inputs: shapes(args.input_type_shape),
      outputs: shapes(args.output_type_shape),
    }));
}
