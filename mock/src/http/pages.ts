// Owns what a person sees of the mock: the pages that the server has too, told of this mock. Must not know a call of the contract.
import { createPages, hasPage, type StatusReport } from '@predict-schemata/pages';
import type { AlgorithmContract } from '../contract.ts';
import { endpointIdOf } from '../engine/address.ts';
import { identityOf } from '../engine/recast.ts';
import { builtInScenarios } from '../scenario/scenario.ts';
import { SCENARIO_HEADER } from '../scenario/scenarios.ts';
import type { MockSettings } from '../settings.ts';
import type { WireCall } from './wire-call.ts';

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface MockPages {
  /** Whether GET has a page there. */
  has(path: string): boolean;
  /** The page at the address of a GET; undefined when there is none. */
  at(call: WireCall, ifNoneMatch: string | undefined): Promise<Page | undefined>;
}

/** Throws when the pages were not built. */
export function mockPages(contracts: readonly AlgorithmContract[], settings: MockSettings): MockPages {
  const parent = `projects/${settings.project ?? 'demo'}/locations/${settings.location ?? 'us-central1'}`;
  const pages = createPages({
    site: {
      program: 'mock',
      asksToken: true,
      container: settings.container,
      algorithms: contracts.map((contract) => {
        const { name, title, summary, version } = contract;
        return { name, title, summary, version, endpoint: `${parent}/endpoints/${endpointIdOf(contract, settings)}` };
      }),
      mock: { scenarios: builtInScenarios, scenarioHeader: SCENARIO_HEADER },
    },
  });
  const startedAt = new Date();
  pages.get('/status', (c) => c.json(reportOf(contracts, settings, startedAt), 200, { 'Cache-Control': 'no-store' }));
  return {
    has: (path) => hasPage(pages, path),
    async at({ origin, path }, ifNoneMatch) {
      if (!hasPage(pages, path)) return undefined;
      const headers = ifNoneMatch === undefined ? {} : { 'If-None-Match': ifNoneMatch };
      const response = await pages.request(`${origin}${path}`, { headers });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      };
    },
  };
}

function reportOf(contracts: readonly AlgorithmContract[], settings: MockSettings, startedAt: Date): StatusReport {
  const { maxInstances, maxBodyBytes, requestTimeoutMs } = settings;
  return {
    phase: 'serving',
    ready: true,
    startedAt: startedAt.toISOString(),
    limits: { maxInstances, maxBodyBytes, requestTimeoutMs },
    algorithms: contracts.map((contract) => {
      const { deployedModelId, displayName } = identityOf(contract, settings);
      return {
        name: contract.name,
        title: contract.title,
        endpointId: endpointIdOf(contract, settings),
        deployedModelId,
        model: { displayName, version: contract.version, development: true },
      };
    }),
  };
}
