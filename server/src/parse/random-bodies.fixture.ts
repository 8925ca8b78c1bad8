// Owns random predict bodies for the small shape: most of them nearly right, many damaged. The same seed gives the same
// bodies. Must not be imported by the server.
import type { ObjectShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { seededRandom, smallShape } from './small-shape.fixture.ts';

const random = seededRandom(5);
const chance = (share: number): boolean => random() < share;
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T; // the index is in range

const ANY_VALUE = [
  '1',
  '-0.5',
  '1e400',
  '2.0',
  'null',
  'true',
  'false',
  '""',
  '"x"',
  '[]',
  '{}',
  '[1,2,3]',
  '{"a":{"b":[1]}}',
  '1e39',
];
const USUAL_VALUES: Record<string, readonly string[]> = {
  clip: [
    '"AAEC"',
    '"AA=="',
    '"AAE="',
    '"\\/\\/8="',
    '"AA"',
    '"A-_C"',
    '""',
    '"AAECAAECAAECAAECAAEC"',
    '"AA C"',
    '"AA\\nECAAE"',
    '"é"',
  ],
  samples: [
    '[1,2,3]',
    '[0.1,-2e-3,1E5]',
    '[ 1 ,2, 3 ]',
    '[1,2]',
    '[1,2,3,4]',
    '[1,"2",3]',
    '[1,null,3]',
    '[[1],2,3]',
    '[1,1e39,3]',
    '[]',
    '[0.30000000000000004,1e-7,-0]',
    '[9007199254740993,16777217.000000001,1e22]',
    '[1.5e-45,0.00000000000000000000012345678901234567890123,-0.0]',
    '[1.,2,3]',
    '[01,2,3]',
    '[1 2,3]',
    '[-,1,2]',
  ],
  uri: ['"gs://b"', '"gs:\\/\\/\\u00e9"', '"gs://"', '"s3://b"', '"gs://😀😀😀😀😀😀"', '"gs://😀😀😀😀😀😀😀😀"'],
  mode: ['"fast"', '"exact"', '"f\\u0061st"', '"slow"'],
  token: ['"t"', '"\\ud83d\\ude00\\ud800x"', '""', '"long"'],
  loud: ['true', 'false'],
  gain: ['0', '10', '10.0001', '-0', '-1e-9', '0.5'],
  level: ['1', '3.0', '4', '9', '10', '1.5', '0'],
  top_k: ['1', '10', '11', '1e0', '0.5'],
  weights: ['[]', '[1]', '[1,2]', '[1,2,3]', '[null]'],
  key: ['""', '"AAEC"', '"A"'],
};
const SPELLINGS: Record<string, string> = { clip: 'cl\\u0069p', samples: '\\u0073amples', level: 'leve\\u006C' };
const ODD_NAMES = ['__proto__', 'constructor', 'toString', 'Clip', '', 'é', 'x'];

function member(name: string): string {
  const value = chance(0.12) ? pick(ANY_VALUE) : pick(USUAL_VALUES[name] ?? ANY_VALUE);
  const spelling = chance(0.1) ? (SPELLINGS[name] ?? name) : name;
  return `${chance(0.1) ? ' ' : ''}"${spelling}"${chance(0.1) ? '\n' : ''}:${chance(0.3) ? ' ' : ''}${value}`;
}

function object(names: readonly string[]): string {
  const given = chance(0.03) ? [...names, ...names.slice(0, 1)] : names;
  const order = given.toSorted(() => random() - 0.5);
  return `{${order.map(member).join(',')}}`;
}

function fieldsOf({ required, properties }: ObjectShape): string[] {
  return Object.keys(properties).filter((name) => required.includes(name) || chance(0.3));
}

function instance(): string {
  if (chance(0.05)) return pick(ANY_VALUE);
  const names = fieldsOf(pick(smallShape.variants));
  if (chance(0.08)) names.pop();
  if (chance(0.12)) names.push(pick(Object.keys(USUAL_VALUES)));
  if (chance(0.05)) names.push(pick(ODD_NAMES));
  return object(names);
}

function envelope(): string {
  const instances = `[${Array.from({ length: chance(0.9) ? 1 + Math.floor(random() * 3) : Math.floor(random() * 6) }, instance)}]`;
  const members = chance(0.03) ? [] : [`"instances":${chance(0.03) ? pick(ANY_VALUE) : instances}`];
  if (chance(0.3))
    members.push(`"parameters":${chance(0.2) ? pick(ANY_VALUE) : object(fieldsOf(smallShape.parameters))}`);
  if (chance(0.03)) members.push(`"${pick(ODD_NAMES)}":${pick(ANY_VALUE)}`);
  if (chance(0.01)) members.push(...members.slice(0, 1));
  return `{${members.toSorted(() => random() - 0.5).join(chance(0.1) ? ' , ' : ',')}}`;
}

const DAMAGE = Buffer.from('{}[],:"\\01.e-+ un\n/\x00\x80');

const TOKENS = [...ANY_VALUE, ...Object.values(USUAL_VALUES).flat()].map((token) => Buffer.from(token));

/** One change: a byte put in, taken out or replaced, a bit turned over, the rest cut off, a token put in, a piece put twice. */
function damage(body: Buffer): Buffer {
  const at = Math.floor(random() * body.length);
  const before = body.subarray(0, at);
  const behind = body.subarray(at);
  const kind = random();
  if (kind < 0.4) return Buffer.concat([before, chance(0.3) ? Buffer.alloc(0) : Buffer.of(pick([...DAMAGE])), behind]);
  if (kind < 0.6) return Buffer.concat([before, Buffer.of(pick([...DAMAGE])), behind.subarray(1)]);
  if (kind < 0.7) return Buffer.concat([before, behind.subarray(1)]);
  if (kind < 0.8)
    return Buffer.concat([before, Buffer.of((behind[0] ?? 0) ^ (1 << Math.floor(random() * 8))), behind.subarray(1)]);
  if (kind < 0.85) return before;
  if (kind < 0.95) return Buffer.concat([before, pick(TOKENS), behind.subarray(chance(0.5) ? 0 : 1)]);
  return Buffer.concat([before, behind.subarray(0, 1 + Math.floor(random() * 20)), behind]);
}

/** The next body; about one in four is damaged, once or several times. */
export function randomBody(): Buffer {
  let body: Buffer = Buffer.from(envelope());
  while (chance(0.25)) body = damage(body);
  return body;
}
