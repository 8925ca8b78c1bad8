import { expect, test } from 'vitest';
import { originIn, placeOf } from './place.ts';

test.each([
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  [' HTTPS://Sound.Example/demo/hear?x#y ', 'https://sound.example'],
  ['localhost:8080', 'http://localhost:8080'],
  ['sound.example', 'http://sound.example'],
  ['', undefined],
  ['http://', undefined],
  ['ftp://x', 'http://ftp'],
  ['http://user:secret@sound.example', undefined],
])('%j is the server %s', (typed, want) => {
  expect(originIn(typed)).toBe(want);
});

// What the page reads of them, which is all that the types below stand for.
const root = (dataset: Record<string, string>) => ({ dataset }) as unknown as HTMLElement;
const address = (origin: string, pathname: string) => ({ origin, pathname }) as Location;

test('a server’s own page asks that server', () => {
  expect(placeOf(root({}), address('https://a.example', '/demo/hear'))).toEqual({
    onDisk: false,
    server: 'https://a.example',
    algorithm: 'hear',
  });
});

test('the single file asks the server that gave it out', () => {
  const dataset = { server: 'http://127.0.0.1:8080', algorithm: 'hear' };
  expect(placeOf(root(dataset), address('null', '/tmp/x.html'))).toEqual({ onDisk: true, ...dataset });
});
