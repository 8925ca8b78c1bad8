// Owns the predictions of one call: one for each instance, in order, made from its content or the failure that a server would
// give it. Must not know HTTP, nor an algorithm's name.
import { errorCatalogue, type RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import { contentOf } from '../answer/clip-content.ts';
import { makeValue } from '../answer/make-prediction.ts';
import { NumberStream } from '../answer/number-stream.ts';
import type { AlgorithmContract } from '../contract.ts';
import { CallFailure, catalogueText, type InstanceFailure, instanceFailure } from '../failure.ts';
import { isObject, type JsonObject } from '../json.ts';
import { judgeInstance } from '../judge/judge-instance.ts';
import type { JsonBody } from '../judge/read-json.ts';
import type { MadeUp } from './call.ts';

/** Throws CallFailure when every instance failed for a reason on the server's side, so that clients repeat the call. */
export function predictionsOf(
  { value, repeated }: JsonBody,
  contract: AlgorithmContract,
  success: JsonObject,
  made: MadeUp,
): unknown[] {
  const body = isObject(value) ? value : {};
  const instances: readonly unknown[] = Array.isArray(body['instances']) ? body['instances'] : [];
  const parameters = isObject(body['parameters']) ? body['parameters'] : {};

  const predict = (instance: unknown, index: number): unknown => {
    const verdict = judgeInstance(instance, contract.shape, (name) => repeated.has(`instances/${index}/${name}`));
    if ('failure' in verdict) return failed(verdict.failure);
    const content = contentOf(verdict, parameters, contract.clip);
    if ('failure' in content) return failed(content.failure);
    const { remote } = content;
    const unreadable = remote === undefined ? undefined : made.remoteFault(remote.uri, remote.texts);
    const fault = unreadable ?? made.instanceFault(index);
    if (fault !== undefined) return failed(instanceFailure(fault, catalogueText(fault)));
    return makeValue(success, new NumberStream(content.key), contract.document);
  };
  const predictions = instances.map(predict);
  const failures = predictions.filter(isFailed).map(({ error }) => error);
  const [first] = failures;
  const blamesServer = failures.every(({ reason }) => errorCatalogue[reason].blame === 'server');
  if (first !== undefined && failures.length === predictions.length && blamesServer) {
    throw new CallFailure(requestReasonOf(first), first.description);
  }
  return predictions;
}

interface FailedPrediction {
  readonly error: InstanceFailure;
}

const failedPredictions = new WeakSet<object>();

function failed({ description, reason }: InstanceFailure): FailedPrediction {
  const prediction = { error: { description, reason } };
  failedPredictions.add(prediction);
  return prediction;
}

function isFailed(prediction: unknown): prediction is FailedPrediction {
  return isObject(prediction) && failedPredictions.has(prediction);
}

/** Every reason that blames the server is declared for whole calls too; the test of the level makes the assertion true. */
function requestReasonOf({ reason }: InstanceFailure): RequestReason {
  const levels: readonly string[] = errorCatalogue[reason].levels;
  return levels.includes('request') ? (reason as RequestReason) : 'INTERNAL';
}
