// Owns running one case against one server: send, judge by the contract, compare with what is expected. Gives problems as
// lines; must not know a test runner.
import type { Case } from './case-file.ts';
import { wireRequest } from './case-request.ts';
import { at, differences, json } from './expectation.ts';
import type { Recorder } from './recorder.ts';
import { isSame } from './same-prediction.ts';
import { type Answer, send, type WireRequest } from './send.ts';

/** A server that answers cases. */
export interface Target {
  readonly url: string;
  readonly token: string;
  /** Where it predicts. */
  readonly path: string;
  readonly recorder: Recorder;
  /** Texts that no answer may hold: tokens, and what another server said. */
  readonly secrets: readonly string[];
}

/** Runs a case. Gives every way in which the answer is not the expected one, nothing when all is well. */
export async function runCase(target: Target, { request, expect }: Case): Promise<string[]> {
  const wire = wireRequest(request, target);
  const answer = await send(target.url, wire, { judged: true });
  const problems = [...judge(target, wire, answer), ...differences(answer, expect)];
  return expect.sameAlone ? [...problems, ...(await compareAlone(target, wire, answer))] : problems;
}

/** Gives what is wrong when the server does not go on serving on a fresh connection. */
export async function checkAlive(target: Target): Promise<string[]> {
  const wire: WireRequest = { method: 'GET', path: '/health/ready', headers: {} };
  const answer = await send(target.url, wire, { judged: true });
  return [
    ...judge(target, wire, answer),
    ...(answer.status === 200 ? [] : [`/health/ready answers ${answer.status} afterwards`]),
  ];
}

/** What the contract and good manners say of any answer. */
export function judge(target: Target, { method, path }: WireRequest, answer: Answer): string[] {
  const whole = JSON.stringify(answer.headers) + answer.body.toString('latin1');
  const leaked = target.secrets.some((secret) => whole.includes(secret));
  return [...target.recorder.record({ method, path, answer }), ...(leaked ? ['the answer holds a secret'] : [])];
}

async function compareAlone(target: Target, wire: WireRequest, together: Answer): Promise<string[]> {
  const body: unknown = JSON.parse(Buffer.from(wire.body ?? []).toString('utf8'));
  const instances = at(body, 'instances');
  if (!Array.isArray(instances)) return ['sameAlone needs a body with instances'];
  const problems: string[] = [];
  for (const [index, instance] of instances.entries()) {
    const alone = { ...wire, body: Buffer.from(JSON.stringify({ instances: [instance] })) };
    const answer = await send(target.url, alone, { judged: true });
    const [got, want] = [at(json(together), 'predictions', index), at(json(answer), 'predictions', 0)];
    problems.push(...judge(target, alone, answer));
    if (!isSame(got, want)) problems.push(`predictions[${index}] differs from the same instance sent alone`);
  }
  return problems;
}
