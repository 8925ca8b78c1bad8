// Owns the moment that a person means by `30d` or `2027-01-31`. Must not know what ends then.

const HOUR_MS = 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS };

/** A hundred years: more is a slip. */
const MAX_HOURS = 876_600;

/** Reads `12h`, `30d`, `8w`, or a date or time of ISO 8601 in UTC; undefined for anything else. */
export function parseExpiry(text: string, nowMs: number): Date | undefined {
  const [, count, unit = ''] = /^(\d{1,6})(h|d|w)$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (count !== undefined && unitMs !== undefined) {
    const ms = Number(count) * unitMs;
    return ms <= MAX_HOURS * HOUR_MS ? new Date(nowMs + ms) : undefined;
  }
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,3})?Z)?$/.test(text)) return undefined;
  const date = new Date(text);
  // JavaScript takes the 31st of February for a day in March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text.slice(0, 10)) ? date : undefined;
}
