// Owns the chunks of a RIFF/WAVE file: where the format and the samples stand. Copies no samples and must not know what they
// are for.
import { AudioError } from './audio-error.ts';
import { foreignContainer, hasText } from './container.ts';
import { readFormat, type WavFormat } from './wav-format.ts';

/** A WAV file that was checked, with its samples still in place. */
export interface WavAudio extends WavFormat {
  /** At least 1. */
  readonly frameCount: number;
  /** The interleaved samples: `frameCount * frameBytes` bytes, a view on the file's own. */
  readonly frames: DataView;
}

/**
 * Data sizes from here on are placeholders of programs that could not seek back: 0x7ffff000 (sox, espeak-ng), 0x7fffffff,
 * 0x80000000, 0xffffffff (ffmpeg). No body that reaches this server is as large, so nothing real is misread.
 */
const SMALLEST_PLACEHOLDER = 0x7fff_0000;

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** Far above what programs write before the samples, a dozen; a hostile file of chunks without content would take seconds to walk through. */
const MAX_CHUNKS = 256;

/**
 * Finds the format and the samples of a RIFF, RF64 or BW64 file. Source: Multimedia Programming Interface and Data
 * Specifications 1.0 (IBM and Microsoft, 1991); EBU Tech 3306 for RF64; ITU-R BS.2088 for BW64.
 *
 * What is read: chunks in any order before the samples as long as fmt comes first, unknown chunks, odd sizes with their pad
 * byte, anything after the samples. The size in the RIFF header is not read, since streaming programs cannot know it. A data
 * size of 0 or a placeholder means "to the end of the file".
 *
 * What is refused, as INVALID_AUDIO unless said otherwise:
 * - not a WAV file (UNSUPPORTED_AUDIO when another container is recognised), or one cut inside its header;
 * - any chunk, `data` included, that claims more bytes than the file has: the file was cut, and what is missing is unknown;
 * - more than 256 chunks before the samples;
 * - `data` that is not a whole number of frames, holds none, or stands before fmt; no `data` at all;
 * - what `readFormat` refuses.
 */
export function readWav(bytes: Uint8Array): WavAudio {
  requireWave(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: WavFormat | undefined;
  let longDataSize: number | undefined;
  let offset = RIFF_HEADER_BYTES;
  let chunks = 0;
  while (offset + CHUNK_HEADER_BYTES <= view.byteLength) {
    const bodyOffset = offset + CHUNK_HEADER_BYTES;
    const claimed = view.getUint32(offset + 4, true);
    if (hasText(bytes, offset, 'data')) {
      if (format === undefined) throw invalid('Expected the fmt chunk before the data chunk, got data first.');
      const size = claimed === 0xffff_ffff && longDataSize !== undefined ? longDataSize : claimed;
      return { ...format, ...locateFrames(view, bodyOffset, size, format.frameBytes) };
    }
    if (bodyOffset + claimed > view.byteLength)
      throw tooLarge(printableId(bytes, offset), claimed, view.byteLength - bodyOffset);
    chunks += 1;
    if (chunks > MAX_CHUNKS) {
      throw new AudioError(
        'INVALID_AUDIO',
        `Expected at most ${MAX_CHUNKS} chunks before the samples of the WAV file, got more. Convert it, for example with: ffmpeg -i in.wav -bitexact out.wav`,
      );
    }
    const body = new DataView(view.buffer, view.byteOffset + bodyOffset, claimed);
    if (format === undefined && hasText(bytes, offset, 'fmt ')) format = readFormat(body);
    else if (hasText(bytes, offset, 'ds64')) longDataSize = readLongDataSize(body);
    offset = bodyOffset + claimed + (claimed % 2);
  }
  throw invalid(`Expected a data chunk, but the WAV file ends without one after ${view.byteLength} bytes.`);
}

function requireWave(bytes: Uint8Array): void {
  const isRiff = hasText(bytes, 0, 'RIFF') || hasText(bytes, 0, 'RF64') || hasText(bytes, 0, 'BW64');
  if (isRiff && hasText(bytes, 8, 'WAVE')) return;
  const foreign = foreignContainer(bytes);
  if (foreign !== undefined) {
    throw new AudioError(
      'UNSUPPORTED_AUDIO',
      `Expected a WAV file, got one that looks like ${foreign}. Convert it, for example with: ffmpeg -i in -ac 1 out.wav`,
    );
  }
  throw invalid(`Expected a WAV file (RIFF … WAVE), got ${bytes.length} bytes that do not start as one.`);
}

function locateFrames(
  view: DataView,
  offset: number,
  claimed: number,
  frameBytes: number,
): Pick<WavAudio, 'frameCount' | 'frames'> {
  const present = view.byteLength - offset;
  const isPlaceholder = claimed === 0 || claimed >= SMALLEST_PLACEHOLDER;
  if (!isPlaceholder && claimed > present) throw tooLarge('data', claimed, present);
  const size = isPlaceholder ? present : claimed;
  if (size === 0) throw invalid('Expected samples, but the data chunk of the WAV file is empty.');
  if (size % frameBytes !== 0) {
    throw invalid(`Expected whole frames of ${frameBytes} bytes, got ${size} bytes of samples: the last frame is cut.`);
  }
  return { frameCount: size / frameBytes, frames: new DataView(view.buffer, view.byteOffset + offset, size) };
}

/** The 64-bit data size of a ds64 chunk, rounded beyond 2^53, where it is a placeholder in any case. */
function readLongDataSize(chunk: DataView): number {
  if (chunk.byteLength < 16) throw invalid(`Expected a ds64 chunk of at least 16 bytes, got ${chunk.byteLength}.`);
  return chunk.getUint32(12, true) * 2 ** 32 + chunk.getUint32(8, true);
}

/** A chunk's four-character name with anything unprintable replaced, since it is a caller's text. */
function printableId(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4)).replace(/[^ -~]/g, '?');
}

function tooLarge(chunkId: string, claimed: number, present: number): AudioError {
  return invalid(
    `The ${chunkId.trim()} chunk of the WAV file claims ${claimed} bytes, but ${present} are there: the file was cut.`,
  );
}

function invalid(what: string): AudioError {
  return new AudioError('INVALID_AUDIO', `${what} Send the complete WAV file.`);
}
