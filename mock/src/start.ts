// Owns putting the parts together: the mock itself, or the validation proxy. Must not touch the process.
import type { AlgorithmContract } from './contract.ts';
import { createEngine } from './engine/engine.ts';
import { createPrism, declaredHeaders } from './engine/prism.ts';
import { answerCall } from './http/front.ts';
import { mockPages } from './http/pages.ts';
import type { MockOptions } from './options.ts';
import { createExamine } from './proxy/examine.ts';
import { ExampleFile } from './proxy/example-file.ts';
import { proxyCall } from './proxy/proxy-call.ts';
import { ViolationLog } from './proxy/violation-log.ts';
import { Scenarios } from './scenario/scenarios.ts';
import { listen, type RunningMock } from './serve.ts';

export interface Started extends RunningMock {
  /** What is to be said at the end. */
  farewell?(): Promise<string>;
}

export async function startMock(contracts: readonly AlgorithmContract[], settings: MockOptions): Promise<Started> {
  const engine = await createEngine(contracts, settings);
  const scenarios = new Scenarios(settings.scenario);
  const pages = mockPages(contracts, settings);
  const onBug = (error: unknown): void => console.error('The mock failed at a call. This is a bug of the mock:', error);
  return listen(settings, (incoming, outgoing) =>
    answerCall(incoming, outgoing, { engine, pages, scenarios, settings, onBug }),
  );
}

export async function startProxy(
  upstream: URL,
  contracts: readonly AlgorithmContract[],
  options: MockOptions,
): Promise<Started> {
  const examined = await Promise.all(
    contracts.map(async (contract) => ({ contract, prism: await createPrism(contract.document) })),
  );
  const examine = createExamine(examined, options);
  const headers = new Set(examined.flatMap(({ prism }) => declaredHeaders(prism)));
  const examples =
    options.record === undefined
      ? undefined
      : await ExampleFile.open(options.record, { examine, declaredHeaders: headers });
  const log = new ViolationLog();
  const show = (line: string): void => console.error(line);
  const proxy = { upstream, examine, log, examples, maxCopyBytes: options.maxBodyBytes, show };
  const running = await listen(options, (incoming, outgoing) =>
    proxyCall(incoming, outgoing, proxy).catch((error: unknown) => {
      console.error('The proxy failed at a call. This is a bug of the proxy:', error);
      outgoing.destroy();
    }),
  );
  return {
    ...running,
    async farewell() {
      await log.settled();
      const { calls, unchecked, unanswered, violations } = log.summary();
      return `${calls} calls, ${unchecked} unchecked, ${unanswered} unanswered; violations: ${violations.request} in requests, ${violations.response} in answers`;
    },
  };
}
