import { expect, test } from 'vitest';
import { soundFileNames, stemOf } from './file-names.ts';

test('windows are named by recording and place, never twice the same', () => {
  expect(
    soundFileNames([
      { clip: 'my cough.wav', startSeconds: 0 },
      { clip: 'my cough.wav', startSeconds: 1.25 },
      { clip: 'my cough.mp3', startSeconds: 1.25 },
      { clip: 'MY cough.mp3', startSeconds: 1.25 },
    ]),
  ).toEqual(['my-cough-0.000s.wav', 'my-cough-1.250s.wav', 'my-cough-1.250s-2.wav', 'MY-cough-1.250s-3.wav']);
});

test.each([
  ['../../etc/passwd', 'etc-passwd'],
  ["it's $(rm) `x` & more.flac", 'it-s-rm-x-more'],
  ['咳嗽.wav', '咳嗽'],
  ['...', 'sound'],
  ['.wav', 'sound'],
  ['a'.repeat(100), 'a'.repeat(60)],
])('%s becomes %s', (given, want) => {
  expect(stemOf(given)).toBe(want);
});
