// Owns the operations of the Open Inference Protocol (KServe V2): what the server and its models are, whether they are ready, and
// calls of a model's own tensors.
import serverPackage from '../../package.json' with { type: 'json' };
import type { AnyAlgorithm } from '../algorithms/algorithm.ts';
import { requireAlive, requireReady } from './health.ts';
import type { Call, Handlers, OperationId, Reply } from './operation.ts';
import { type PredictContext, predict } from './predict.ts';
import { usableModelOf } from './resources.ts';
import { tensorsEnvelope } from './tensors-envelope.ts';

type OpenInferenceOperation =
  | 'getServerMetadata'
  | 'getServerLiveness'
  | 'getServerReadiness'
  | 'getModelMetadata'
  | 'getModelVersionMetadata'
  | 'getModelReadiness'
  | 'getModelVersionReadiness'
  | 'infer'
  | 'inferVersion';

export function openInferenceHandlers(context: PredictContext): Pick<Handlers, OpenInferenceOperation & OperationId> {
  const { service } = context;
  const describe = (call: Call): Reply<'getModelMetadata'> => {
    const { algorithm, model } = usableModelOf(call, service);
    return {
      status: 200,
      mediaType: 'application/json',
      body: { name: algorithm.name, versions: [model.version], platform: 'onnx_onnxv1', ...tensorsOf(algorithm) },
    };
  };
  const ready = (call: Call): Reply<'getModelReadiness'> => {
    const deployment = usableModelOf(call, service);
    requireReady(service, [deployment]);
    return { status: 200, mediaType: 'application/json', body: { name: deployment.algorithm.name, ready: true } };
  };
  const infer = async (call: Call): Promise<Reply<'infer'>> => {
    const deployment = usableModelOf(call, service);
    return predict(call, deployment, context, tensorsEnvelope(deployment, context));
  };
  return {
    getServerMetadata: () => ({
      status: 200,
      mediaType: 'application/json',
      body: { name: 'predict-schemata', version: serverPackage.version, extensions: ['binary_tensor_data'] },
    }),
    getServerLiveness: () => {
      requireAlive(service);
      return { status: 200, mediaType: 'application/json', body: { live: true } };
    },
    getServerReadiness: () => {
      requireReady(service);
      return { status: 200, mediaType: 'application/json', body: { ready: true } };
    },
    getModelMetadata: describe,
    getModelVersionMetadata: describe,
    getModelReadiness: ready,
    getModelVersionReadiness: ready,
    infer,
    inferVersion: infer,
  };
}

function tensorsOf({ model }: AnyAlgorithm): Pick<Reply<'getModelMetadata'>['body'], 'inputs' | 'outputs'> {
  return {
    inputs: [{ name: model.inputName, datatype: 'FP32', shape: [-1, model.inputLength] }],
    outputs: [{ name: model.outputName, datatype: 'FP32', shape: [-1, model.outputLength] }],
  };
}
