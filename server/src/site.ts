// Owns what the pages are told of this server before anybody has given a token: its settings, nothing of its state.
import { algorithmFacts } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import type { Site } from '@predict-schemata/pages';
import type { Config } from './config.ts';
import type { Planned } from './deploy.ts';

/** Any project and location is served where none was configured; these are the ones that the documentation shows. */
const SHOWN_PROJECT = 'demo';
const SHOWN_LOCATION = 'us-central1';

export function site(planned: readonly Planned[], config: Config): Site {
  const parent = `projects/${config.project ?? SHOWN_PROJECT}/locations/${config.location ?? SHOWN_LOCATION}`;
  return {
    program: 'server',
    asksToken: config.auth !== 'none',
    container: config.container,
    algorithms: planned.map(({ name }) => {
      const { title, summary, version } = algorithmFacts[name];
      return { name, title, summary, version, endpoint: `${parent}/endpoints/${config.endpoint ?? name}` };
    }),
  };
}
