// Owns the form of results as they are kept in results/, one file for each kind of machine and model.
import type { Calibration } from './calibration.ts';
import type { GridFigures } from './grid.ts';
import type { AddedLatency, HealthLatency } from './latency.ts';
import type { MachineFacts } from './machine.ts';
import type { PartFigures } from './parts.ts';
import type { Throughput } from './throughput.ts';

/** What can be measured by itself; each is a member of Results. */
export const SECTIONS = ['peers', 'latency', 'health', 'parts', 'throughput'] as const;
export type Section = (typeof SECTIONS)[number];

export interface Results {
  readonly machine: MachineFacts;
  readonly measured: {
    readonly model: string;
    readonly passes: number;
    readonly secondsPerTurn: number;
    /** What else ran, in the words of whoever measured. */
    readonly beside: string;
  };
  readonly peers?: GridFigures & {
    readonly calibration: readonly Calibration[];
    /** Of the same loop in Python, as a check. */
    readonly pythonCpuMsPerClip: number;
    /** Subject to version. */
    readonly versions: Readonly<Record<string, string>>;
    /** Subjects that could not be compared, and why. */
    readonly missing: Readonly<Record<string, string>>;
  };
  readonly latency?: readonly AddedLatency[];
  readonly health?: readonly HealthLatency[];
  readonly parts?: PartFigures;
  readonly throughput?: Throughput;
}
