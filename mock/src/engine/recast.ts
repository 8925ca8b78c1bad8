// Owns turning a recorded example of the contract into this mock's own answer: the caller's project and origin, the mock's ids and
// limits, and names that say that a mock answered. Must not know an operation.
import type { AlgorithmContract } from '../contract.ts';
import { isObject, mapTexts } from '../json.ts';
import type { MockSettings } from '../settings.ts';
import { endpointIdOf, type PathParameters } from './address.ts';
import { recordedModel } from './recorded-model.ts';

export interface Identity {
  readonly deployedModelId: string;
  readonly displayName: string;
}

/** The ids of a model that has no file. */
const NO_SHA256 = '0'.repeat(64);

export function identityOf(contract: AlgorithmContract, { deployedModelId }: MockSettings): Identity {
  return {
    deployedModelId: deployedModelId ?? `${contract.name}-${NO_SHA256.slice(0, 12)}`,
    displayName: `${contract.title} mock (its numbers mean nothing)`,
  };
}

export interface Surroundings {
  readonly contract: AlgorithmContract;
  readonly settings: MockSettings;
  readonly path: PathParameters;
  readonly origin: string;
}

/** A copy of the example's body, about this mock. */
export function recast(body: unknown, { contract, settings, path, origin }: Surroundings): unknown {
  const { project, location } = path;
  const identity = identityOf(contract, settings);
  const recorded = recordedModel(contract.document);
  const renamed = new Map([
    [recorded.deployedModelId, identity.deployedModelId],
    [recorded.displayName, identity.displayName],
    [recorded.sha256, NO_SHA256],
    [recorded.name, `${contract.name}-mock`],
  ]);
  const changed = mapTexts(body, (text) => {
    const whole = renamed.get(text);
    if (whole !== undefined) return whole;
    return text
      .replace(/^projects\/[^/]+\/locations\/[^/]+(?=\/)/, (own) =>
        project === undefined ? own : `projects/${project}/locations/${location}`,
      )
      .replace(/(?<=^projects\/.*\/endpoints\/)[^/]+$/, endpointIdOf(contract, settings))
      .replace(/^https?:\/\/[^/]+(?=\/schemata\/)/, origin);
  });
  return withLimits(changed, settings);
}

/** An endpoint's labels state the limits. */
function withLimits(body: unknown, settings: MockSettings): unknown {
  if (!isObject(body) || !isObject(body['labels'])) return body;
  const labels = {
    ...body['labels'],
    max_instances: String(settings.maxInstances),
    max_body_bytes: String(settings.maxBodyBytes),
    request_timeout_ms: String(settings.requestTimeoutMs),
  };
  return { ...body, labels };
}
