// Owns which scenario a call runs under: the one of the start, or the one that its header names or spells out. Each keeps its
// count of calls while the mock runs. Must not know a socket.
import { CallFailure } from '../failure.ts';
import { RunningScenario } from './running-scenario.ts';
import { builtInScenarios, loadScenario, parseScenario, type Scenario, ScenarioError } from './scenario.ts';

/** A scenario's name or its text as JSON or YAML on one line. */
export const SCENARIO_HEADER = 'x-mock-scenario';

/** More spelled-out scenarios than these are forgotten, oldest first. */
const MAX_KEPT = 100;

export class Scenarios {
  readonly #default: RunningScenario;
  readonly #byHeader = new Map<string, RunningScenario>();

  constructor(scenario: Scenario) {
    this.#default = new RunningScenario(scenario);
  }

  /** Throws CallFailure with INVALID_VALUE for a header that is no scenario. */
  of(header: string | undefined): RunningScenario {
    if (header === undefined) return this.#default;
    const known = this.#byHeader.get(header);
    if (known !== undefined) return known;
    const running = new RunningScenario(read(header));
    this.#byHeader.set(header, running);
    const [oldest] = this.#byHeader.keys();
    if (this.#byHeader.size > MAX_KEPT && oldest !== undefined) this.#byHeader.delete(oldest);
    return running;
  }
}

/** A caller names no files of this machine: a built-in name, or the scenario itself. */
function read(header: string): Scenario {
  try {
    if (builtInScenarios.includes(header)) return loadScenario(header);
    if (header.trim().startsWith('{')) return parseScenario(header, 'in X-Mock-Scenario');
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new CallFailure('INVALID_VALUE', error.message.slice(0, 900));
  }
  throw new CallFailure(
    'INVALID_VALUE',
    `X-Mock-Scenario: expected one of ${builtInScenarios.join(', ')} or a scenario such as {"latency": {"fixed_ms": 200}}.`,
  );
}
