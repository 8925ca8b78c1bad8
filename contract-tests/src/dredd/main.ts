// Owns Dredd's process: takes a plan as a message, runs Dredd over it, and hooks.cts sends the outcome back. A process of its own,
// since Dredd keeps state in modules and prints as it likes.
import { once } from 'node:events';
import Dredd from 'dredd';
import type { DreddPlan } from './plan.ts';

// The parent sends this one message, and nothing else.
const [plan] = (await once(process, 'message')) as [DreddPlan];
// Without a listener the channel would not keep the process until the outcome is sent.
process.channel?.ref();
const dredd = new Dredd({
  endpoint: 'http://127.0.0.1',
  path: [],
  apiDescriptions: [{ location: 'view.json', content: plan.view }],
  hookfiles: [new URL('hooks.cts', import.meta.url).pathname],
  custom: { cwd: process.cwd(), plan },
  loglevel: 'warning',
  color: false,
});
dredd.run((error) => {
  if (error) console.error(error.message);
  process.exitCode = error ? 1 : 0;
  process.disconnect?.();
});
