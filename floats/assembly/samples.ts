// Owns samples of sound as 32-bit floats. Must not know files or rates.
import { floatsAt, textAt } from './memory';

/** Samples in one vector of the input. */
const STEP: i32 = 8;
/** What a 16-bit sample is divided by: exact, being a power of two. */
const SCALE: f32 = 1.0 / 32768.0;

/** Divides the `length` little-endian signed 16-bit integers of the text window by 2^15 into the window of floats. */
export function scaleSigned16(length: i32): void {
  const scale = f32x4.splat(SCALE);
  // The last step may take bytes behind the last sample; both windows are whole numbers of steps.
  for (let i = 0; i < length; i += STEP) {
    const samples = v128.load(textAt + (<usize>i << 1));
    const out = floatsAt + (<usize>i << 2);
    v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(samples)), scale));
    v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(samples)), scale), 16);
  }
}
