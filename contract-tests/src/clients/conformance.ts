// Owns running the cases through one driver: servers, sounds, references, relay, verdict. Must not know a language or a test runner.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../expectation.ts';
import { type MockProcess, startMock } from '../mock-process.ts';
import { repositoryRoot } from '../repository-root.ts';
import { type ServerProcess, startReadyServer } from '../server-process.ts';
import { type ClientCase, readClientCases, type TargetName } from './client-case.ts';
import { type Driver, type DriverCommand, startDriver } from './driver-process.ts';
import { problemsOf, type Reference } from './judge.ts';
import { type Relay, startRelay } from './relay.ts';
import { type InstanceFields, type MadeSound, makeSound, type SoundSpec } from './sounds.ts';

const TOKENS = { good: 'client-conformance-token-0123456789', wrong: 'client-conformance-wrong-0123456789' };
/** The mock takes any token; a wrong one is wrong for the server. */
const SECOND_TOKEN = 'client-conformance-second-0123456789';
/** Quick repeats, and a deadline that only a hang reaches; cases say otherwise where it matters. */
const OPTIONS = {
  max_attempts: 4,
  initial_backoff_ms: 20,
  max_backoff_ms: 100,
  deadline_ms: 60_000,
  max_parallel_calls: 4,
};

export interface CaseVerdict {
  readonly case: string;
  readonly target: TargetName;
  /** Empty when met. */
  readonly problems: readonly string[];
  /** Why it was not run. */
  readonly lacking?: string;
}

export interface ClientUnderTest {
  readonly name: string;
  readonly driver: DriverCommand;
  /** Word of a case's `needs` → why the client has it not. */
  readonly lacks: Readonly<Record<string, string>>;
}

type AlgorithmFacts = InstanceFields & { readonly name: string; readonly resultField: string };

interface Facts {
  readonly version: string;
  readonly algorithms: readonly AlgorithmFacts[];
}

/** Servers and references, shared by all drivers of a run. */
export class Conformance implements AsyncDisposable {
  readonly #references = new Map<string, Promise<Reference>>();
  readonly #sounds = new Map<string, Promise<MadeSound>>();
  readonly #servers: Readonly<Record<TargetName, MockProcess | ServerProcess>>;
  readonly #folder: string;
  readonly #facts: Facts;
  readonly cases: readonly ClientCase[];

  private constructor(
    servers: Readonly<Record<TargetName, MockProcess | ServerProcess>>,
    folder: string,
    facts: Facts,
    cases: readonly ClientCase[],
  ) {
    this.#servers = servers;
    this.#folder = folder;
    this.#facts = facts;
    this.cases = cases;
  }

  static async start(): Promise<Conformance> {
    const cases = await readClientCases();
    // Written by `pnpm generate`.
    const facts = JSON.parse(await readFile(join(repositoryRoot, 'generated/client-view/facts.json'), 'utf8')) as Facts;
    const folder = await mkdtemp(join(tmpdir(), 'client-conformance-'));
    // A client in a page of a browser calls from another origin.
    const env = { TOKEN: TOKENS.good, CORS_ORIGIN: '*', ALGORITHMS: facts.algorithms.map(({ name }) => name).join() };
    const [mock, server] = await Promise.all([startMock(), startReadyServer({ env })]);
    return new Conformance({ mock, server }, folder, facts, cases);
  }

  /** Runs all cases through one client's driver. A driver that fails fails the rest of its cases. */
  async run(client: ClientUnderTest, report: (verdict: CaseVerdict) => void = () => {}): Promise<CaseVerdict[]> {
    await using driver = startDriver(client.driver);
    await using relay = await startRelay();
    const verdicts: CaseVerdict[] = [];
    for (const one of this.cases) {
      for (const target of one.targets) {
        const lacking = one.needs.map((need) => client.lacks[need]).find((why) => why !== undefined);
        let problems: readonly string[] = [];
        if (lacking === undefined) {
          try {
            problems = await this.#runCase(one, target, client.name, { driver, relay });
          } catch (error) {
            problems = [error instanceof Error ? error.message : String(error)];
          }
        }
        const verdict = { case: one.name, target, problems, ...(lacking !== undefined && { lacking }) };
        verdicts.push(verdict);
        report(verdict);
      }
    }
    return verdicts;
  }

  /** What the commands of a language's own checks may name: a server that predicts, the mock, a token. */
  valuesForTests(): Readonly<Record<string, string>> {
    return { server: this.#servers.server.url, mock: this.#servers.mock.url, token: TOKENS.good };
  }

  async #runCase(
    one: ClientCase,
    target: TargetName,
    client: string,
    { driver, relay }: { readonly driver: Driver; readonly relay: Relay },
  ): Promise<string[]> {
    const algorithm = this.#factsOf(one.algorithm);
    const made = await Promise.all(one.sounds.map((sound) => this.#make(sound, algorithm)));
    const all = Array.from({ length: one.count ?? made.length }, (_, index) => made[index % made.length]).filter(
      (sound) => sound !== undefined,
    );
    const asked = typeof one.expect.predictions === 'string' ? all : [];
    const references = await Promise.all(asked.map(({ instance }) => this.#reference(target, algorithm, instance)));
    relay.reset(this.#servers[target].url, one.answer);
    // A scenario's text is its identity in the mock, so each client needs its own to meet the same fate.
    const scenario = one.scenario && {
      'X-Mock-Scenario': JSON.stringify({ ...one.scenario, why: `${client} ${one.name} ${process.pid}` }),
    };
    const result = await driver.run({
      case: `${one.name} (${target})`,
      algorithm: one.algorithm,
      call: one.call,
      endpoint: {
        base_url: relay.url,
        project: 'demo',
        location: 'us-central1',
        endpoint: one.endpoint ?? one.algorithm,
      },
      tokens: { good: [TOKENS.good], wrong: [TOKENS.wrong], none: [], expiring: [TOKENS.good, SECOND_TOKEN] }[
        one.token
      ],
      headers: { ...one.headers, ...scenario },
      options: { ...OPTIONS, ...one.options },
      ...(one.cancelAfterMs !== undefined && { cancel_after_ms: one.cancelAfterMs }),
      ...(one.call === 'sounds'
        ? { sounds: all.map(({ driver }) => driver) }
        : { instances: all.map(({ instance }) => instance) }),
    });
    return problemsOf(one, {
      target,
      result,
      calls: relay.predictions(),
      mostAtOnce: relay.mostAtOnce(),
      references,
      version: this.#facts.version,
    });
  }

  /** Each file is written once: clients run side by side, and one may be reading it. */
  #make(sound: SoundSpec, algorithm: AlgorithmFacts): Promise<MadeSound> {
    const key = `${algorithm.name} ${JSON.stringify(sound)}`;
    const known = this.#sounds.get(key) ?? this.#makeNew(sound, algorithm);
    this.#sounds.set(key, known);
    return known;
  }

  async #makeNew(sound: SoundSpec, algorithm: AlgorithmFacts): Promise<MadeSound> {
    const folder = join(this.#folder, 'sounds', algorithm.name);
    await mkdir(folder, { recursive: true });
    return makeSound(sound, algorithm, folder);
  }

  /** What the server says of one instance alone, asked once. */
  #reference(target: TargetName, algorithm: AlgorithmFacts, instance: object): Promise<Reference> {
    const body = JSON.stringify({ instances: [instance] });
    const key = `${target} ${algorithm.name} ${body}`;
    const known = this.#references.get(key) ?? this.#ask(target, algorithm, body);
    this.#references.set(key, known);
    return known;
  }

  #last: Promise<unknown> = Promise.resolve();
  async #ask(target: TargetName, { name, resultField }: AlgorithmFacts, body: string): Promise<Reference> {
    // One after the other, so that each is a batch of its own.
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    try {
      const url = `${this.#servers[target].url}/v1/projects/demo/locations/us-central1/endpoints/${name}:predict`;
      const headers = { Authorization: `Bearer ${TOKENS.good}`, 'Content-Type': 'application/json' };
      const answer = await fetch(url, { method: 'POST', headers, body });
      // The mock and the server are held to the contract elsewhere.
      const { predictions = [] } = (await answer.json()) as { predictions?: Record<string, unknown>[] };
      const [prediction] = predictions;
      const reason = at(prediction, 'error', 'reason');
      if (reason !== undefined) return { reason: String(reason) };
      const result = prediction?.[resultField];
      if (typeof result !== 'object' || result === null)
        throw new Error(`The ${target} answered a reference with ${answer.status}.`);
      return { values: Float32Array.from(Array.isArray(result) ? result : Object.values(result).map(Number)) };
    } finally {
      resolve();
    }
  }

  #factsOf(algorithm: string): AlgorithmFacts {
    const found = this.#facts.algorithms.find(({ name }) => name === algorithm);
    if (found === undefined) throw new Error(`The contract has no algorithm ${algorithm}. Run npm run generate.`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Object.values(this.#servers).map((server) => server[Symbol.asyncDispose]()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}
