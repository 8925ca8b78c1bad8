// Owns Dredd's hooks: before all calls, the transactions that Dredd found become the planned calls, with the contract's schema as
// the expectation; after each, its verdict is kept. CommonJS, as Dredd loads hooks with require and gives itself as `hooks`.
import type { DreddOutcome, DreddPlan, DreddVerdict, PlannedCall } from './plan.ts';

/** The members of Dredd's transaction object that are used here: https://dredd.org/en/latest/data-structures.html */
interface Transaction {
  name: string;
  id: string;
  host: string;
  port: string | null;
  protocol: string;
  fullPath: string;
  skip: boolean;
  request: { method: string; uri: string; headers: Record<string, string>; body: string; bodyEncoding?: string };
  expected: { statusCode: string; headers: Record<string, string>; body?: string; bodySchema?: object };
  origin: { actionName: string; resourceName: string };
  real?: {
    statusCode: number;
    headers: Record<string, string | readonly string[]>;
    body: string;
    bodyEncoding: 'utf-8' | 'base64';
  };
  test?: { valid?: boolean; message?: string };
}

interface Hooks {
  readonly configuration: { readonly custom: { readonly plan: DreddPlan } };
  beforeAll(hook: (transactions: Transaction[]) => void): void;
  afterEach(hook: (transaction: Transaction) => void): void;
  afterAll(hook: (transactions: Transaction[], done: () => void) => void): void;
}

// Dredd gives its hooks to this file under that name.
const hooks = require('hooks') as Hooks;
const { calls } = hooks.configuration.custom.plan;

const verdicts: DreddVerdict[] = [];
let [unplanned, unknown]: [readonly string[], readonly string[]] = [[], []];

hooks.beforeAll((transactions) => {
  const found = new Map(transactions.map((transaction) => [keyOf(transaction), transaction]));
  const planned = new Set(calls.map(({ operationId, status }) => `${operationId} ${status}`));
  unplanned = [...found.keys()].filter((key) => !planned.has(key));
  unknown = calls.filter(({ operationId, status }) => !found.has(`${operationId} ${status}`)).map(({ name }) => name);
  // In place: Dredd goes on with this very list.
  transactions.splice(
    0,
    transactions.length,
    ...calls.flatMap((call) => {
      const transaction = found.get(`${call.operationId} ${call.status}`);
      return transaction === undefined ? [] : [become(transaction, call)];
    }),
  );
});

hooks.afterEach(({ name, real, test }) => {
  verdicts.push({
    name,
    valid: test?.valid === true,
    message: test?.message?.trim() || (real === undefined ? 'no answer came' : 'the answer could not be judged'),
    ...(real && {
      answer: {
        status: real.statusCode,
        headers: Object.fromEntries(
          Object.entries(real.headers).map(([header, value]) => [
            header,
            typeof value === 'string' ? value : value.join(', '),
          ]),
        ),
        bodyBase64: real.bodyEncoding === 'base64' ? real.body : Buffer.from(real.body).toString('base64'),
      },
    }),
  });
});

hooks.afterAll((_transactions, done) => {
  const outcome: DreddOutcome = { verdicts, unplanned, unknown };
  process.send?.(outcome, () => done());
});

/** The view names each operation's summary by its id, which Dredd makes the action's name. */
function keyOf({ origin, expected }: Transaction): string {
  return `${origin.actionName} ${expected.statusCode}`;
}

function become(transaction: Transaction, call: PlannedCall): Transaction {
  const { protocol, hostname, port } = new URL(call.url);
  const { body: _, ...expected } = transaction.expected;
  return {
    ...transaction,
    name: call.name,
    id: call.name,
    protocol,
    host: hostname,
    port: port || null,
    fullPath: call.path,
    skip: false,
    request: {
      method: call.method,
      uri: call.path,
      headers: { ...call.headers },
      body: call.bodyBase64 ?? '',
      bodyEncoding: 'base64',
    },
    // Without a schema Dredd compares the structure with an example alone; the schema is the contract's own.
    expected: { ...expected, ...(call.bodySchema && { bodySchema: call.bodySchema }) },
  };
}
