// Owns `npm run examples`: sends every example of the contract to the real server and keeps the answers in the spec folder.
// Run `pnpm generate` afterwards, which puts them into the documents.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { compile } from '../../generator/src/index.ts';
import { replay } from './replay.ts';
import { type Setup, startStates } from './states.ts';

const SPEC = 'spec';

for (const name of algorithmNames) {
  const { document, examples, facts } = compile(SPEC, name, { allowMissingAnswers: true });
  const states = await startStates(name);
  try {
    for (const example of examples) {
      // The setup's form is this folder's own.
      const { url } = await states.service((example.setup ?? {}) as Setup);
      const answer = await replay(example, document, facts.operationSuffix, url);
      if (answer.status !== example.status) {
        throw new Error(
          `${example.answerFile}: the example expects status ${example.status}, the server answered ${answer.status}: ${JSON.stringify(answer.body).slice(0, 300)}`,
        );
      }
      const path = join(SPEC, example.answerFile);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${JSON.stringify(answer, null, 2)}\n`);
    }
    console.log(`${name}: recorded ${examples.length} answers`);
  } finally {
    await states.close();
  }
}
