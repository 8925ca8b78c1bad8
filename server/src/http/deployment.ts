// Owns what is served: one algorithm with its model, its engine and the names under which callers reach it. Must not know
// a single call, nor how the engine computes.
import type { AnyAlgorithm } from '../algorithms/algorithm.ts';
import type { Engine } from '../infer/engine.ts';

/** What the model file says about itself. */
export interface DeployedModel {
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly frontEndVersion: string;
  /** True for an untrained stand-in, whose numbers mean nothing. */
  readonly development: boolean;
  readonly loadedAt: Date;
  /** Tells the files apart from those that may lie at their place later. For comparisons alone. */
  readonly files: string;
}

/** One algorithm, ready to be called. */
export interface Deployment {
  readonly algorithm: AnyAlgorithm;
  readonly engine: Engine;
  readonly model: DeployedModel;
  readonly endpointId: string;
  readonly deployedModelId: string;
  /** For people: the algorithm's title, what it predicts and the version of its contract. */
  readonly title: string;
  readonly description: string;
  readonly contractVersion: string;
  /** A sound to try it with, relative to the fixtures. */
  readonly sample: string;
}

/** What became of one algorithm's model at a reload. The ids are those of the model that serves now. */
export interface ReloadResult {
  readonly algorithm: string;
  readonly result: 'swapped' | 'unchanged' | 'refused';
  readonly deployedModelId: string;
  readonly modelVersionId: string;
  readonly sha256: string;
  /** Why the model that lies there now was refused; fit to be shown to the operator. */
  readonly problem?: string;
}

/** The life of the server as callers see it. */
export type Phase = 'starting' | 'serving' | 'draining';

/** Everything the handlers need, the same for every call. */
export interface Service {
  phase(): Phase;
  /** All, or none before every model has run its warm-up: `loaded` looks at that first. A model may be swapped between calls. */
  deployments(): readonly Deployment[];
  readonly startedAt: Date;
  readonly limits: ServiceLimits;
  /** Served alone when the operator configured them. */
  readonly project: string | undefined;
  readonly location: string | undefined;
}

export interface ServiceLimits {
  readonly maxInstances: number;
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly requestTimeoutMs: number;
}
