// Holds the float64 computation, which the other tests take for the truth, to numbers of PyTorch and transformers.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import recorded from '../../test/reference/small-hear.json' with { type: 'json' };
import { recordedClips, referenceEmbedding, writeSmallHear } from '../../test/small-hear.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const download = writeSmallHear(join(temporaryFolder('reference'), 'download'));
const clips = recordedClips();

test.each(['hash', 'bursts'] as const)('the embedding of %s is that of transformers', (name) => {
  const embedding = referenceEmbedding(download, clips[name]).filter((_, place) => place % recorded.step === 0);
  const wanted = recorded.embeddings[name];
  expect(embedding).toHaveLength(wanted.length);
  const largest = Math.max(...wanted.map((value, place) => Math.abs(value - (embedding[place] ?? Number.NaN))));
  expect(largest).toBeLessThan(1e-10);
});
