// Shows how GPUs are found where NVIDIA's driver for Linux lists them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { machineFacts, nvidiaGpus } from './machine-facts.ts';

const driver = temporaryFolder('machine-facts');

test('GPUs have the names that the driver gives them, and one without a name is counted all the same', () => {
  expect(nvidiaGpus(join(driver, 'nowhere'))).toEqual([]);
  for (const [gpu, text] of [
    ['0000:00:04.0', 'Model: \t\t NVIDIA L4\nIRQ:   \t\t 11\n'],
    ['0000:00:05.0', 'IRQ: 12\n'],
  ] as const) {
    mkdirSync(join(driver, 'gpus', gpu), { recursive: true });
    writeFileSync(join(driver, 'gpus', gpu, 'information'), text);
  }
  expect(nvidiaGpus(driver).toSorted()).toEqual(['NVIDIA GPU', 'NVIDIA L4']);
});

test('the facts of the machine name its processor and no path', () => {
  expect(machineFacts()).toMatchObject({ cores: expect.any(Number), processor: expect.any(String) });
});
