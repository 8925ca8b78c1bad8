// Owns the complex Fourier transform of sizes whose prime factors are small: one Stockham pass per factor. Knows nothing of
// sound, of real-valued input or of caching.
// biome-ignore-all lint/style/noNonNullAssertion: every index stays inside its array by the bounds of its loop, which the compiler cannot see

/** A forward complex DFT of one fixed size, unscaled: X[k] = sum of x[n] exp(-2 pi i k n / size). */
export interface ComplexFft {
  readonly size: number;
  /** How many float64 numbers the tables and buffers hold; what a cache counts. */
  readonly storedFloats: number;
  /**
   * Transforms in place. Both arrays hold `size` numbers. With the two arguments exchanged it is the inverse transform times
   * `size`. Not re-entrant: the buffers belong to the plan, which is safe because a call never yields.
   */
  transform(re: Float64Array, im: Float64Array): void;
}

/** Where one pass reads, writes and finds exp(-2 pi i k / size) as `cos[k] + i sin[k]`. */
interface Pass {
  readonly fromRe: Float64Array;
  readonly fromIm: Float64Array;
  readonly toRe: Float64Array;
  readonly toIm: Float64Array;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** Groups of one butterfly each: what is left of the size after this pass. */
  readonly groups: number;
  /** Product of the radices already done; also the distance between neighbours of one sub-transform. */
  readonly stride: number;
}

/** 4 before 2, so that at most one pass of 2 is left. Above 31 Bluestein's algorithm is the cheaper way. */
const RADICES = [4, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31];

/** Splits a size into radices, or undefined when a larger prime divides it. */
export function radicesOf(size: number): number[] | undefined {
  const radices: number[] = [];
  let rest = size;
  for (const radix of RADICES) {
    while (rest % radix === 0) {
      radices.push(radix);
      rest /= radix;
    }
  }
  return rest === 1 ? radices : undefined;
}

/** Plans a transform whose size is a product of `radices`. */
export function planMixedRadix(size: number, radices: readonly number[]): ComplexFft {
  const cos = new Float64Array(size);
  const sin = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const angle = (-2 * Math.PI * k) / size;
    cos[k] = Math.cos(angle);
    sin[k] = Math.sin(angle);
  }
  const bufferRe = new Float64Array(size);
  const bufferIm = new Float64Array(size);
  return {
    size,
    storedFloats: 4 * size,
    transform(re, im) {
      let groups = size;
      let stride = 1;
      let inBuffer = false;
      for (const radix of radices) {
        groups /= radix;
        const [fromRe, fromIm, toRe, toIm] = inBuffer ? [bufferRe, bufferIm, re, im] : [re, im, bufferRe, bufferIm];
        const pass: Pass = { fromRe, fromIm, toRe, toIm, cos, sin, groups, stride };
        if (radix === 4) pass4(pass);
        else if (radix === 2) pass2(pass);
        else if (radix === 3) pass3(pass);
        else if (radix === 5) pass5(pass);
        else passOdd(pass, radix);
        stride *= radix;
        inBuffer = !inBuffer;
      }
      if (inBuffer) {
        re.set(bufferRe);
        im.set(bufferIm);
      }
    },
  };
}

// Each pass reads x_j at q + stride * (p + groups * j) and writes y_k = w^(p k) * sum_j x_j exp(-2 pi i j k / radix) at
// q + stride * (radix * p + k): Stockham's ordering, so no reversal of digits is needed.

function pass2({ fromRe, fromIm, toRe, toIm, cos, sin, groups, stride }: Pass): void {
  const step = stride * groups;
  for (let p = 0; p < groups; p++) {
    const wr = cos[p * stride]!;
    const wi = sin[p * stride]!;
    let to = 2 * stride * p;
    for (let from = stride * p; from < stride * (p + 1); from++, to++) {
      const ar = fromRe[from]!;
      const ai = fromIm[from]!;
      const br = fromRe[from + step]!;
      const bi = fromIm[from + step]!;
      toRe[to] = ar + br;
      toIm[to] = ai + bi;
      toRe[to + stride] = (ar - br) * wr - (ai - bi) * wi;
      toIm[to + stride] = (ar - br) * wi + (ai - bi) * wr;
    }
  }
}

function pass4({ fromRe, fromIm, toRe, toIm, cos, sin, groups, stride }: Pass): void {
  const step = stride * groups;
  for (let p = 0; p < groups; p++) {
    const w1r = cos[p * stride]!;
    const w1i = sin[p * stride]!;
    const w2r = cos[2 * p * stride]!;
    const w2i = sin[2 * p * stride]!;
    const w3r = cos[3 * p * stride]!;
    const w3i = sin[3 * p * stride]!;
    let to = 4 * stride * p;
    for (let from = stride * p; from < stride * (p + 1); from++, to++) {
      const ar = fromRe[from]!;
      const ai = fromIm[from]!;
      const br = fromRe[from + step]!;
      const bi = fromIm[from + step]!;
      const cr = fromRe[from + 2 * step]!;
      const ci = fromIm[from + 2 * step]!;
      const dr = fromRe[from + 3 * step]!;
      const di = fromIm[from + 3 * step]!;
      const evenSumR = ar + cr;
      const evenSumI = ai + ci;
      const evenDiffR = ar - cr;
      const evenDiffI = ai - ci;
      const oddSumR = br + dr;
      const oddSumI = bi + di;
      const oddDiffR = br - dr;
      const oddDiffI = bi - di;
      toRe[to] = evenSumR + oddSumR;
      toIm[to] = evenSumI + oddSumI;
      const y1r = evenDiffR + oddDiffI;
      const y1i = evenDiffI - oddDiffR;
      toRe[to + stride] = y1r * w1r - y1i * w1i;
      toIm[to + stride] = y1r * w1i + y1i * w1r;
      const y2r = evenSumR - oddSumR;
      const y2i = evenSumI - oddSumI;
      toRe[to + 2 * stride] = y2r * w2r - y2i * w2i;
      toIm[to + 2 * stride] = y2r * w2i + y2i * w2r;
      const y3r = evenDiffR - oddDiffI;
      const y3i = evenDiffI + oddDiffR;
      toRe[to + 3 * stride] = y3r * w3r - y3i * w3i;
      toIm[to + 3 * stride] = y3r * w3i + y3i * w3r;
    }
  }
}

const SIN_60 = Math.sin(Math.PI / 3);

function pass3({ fromRe, fromIm, toRe, toIm, cos, sin, groups, stride }: Pass): void {
  const step = stride * groups;
  for (let p = 0; p < groups; p++) {
    const w1r = cos[p * stride]!;
    const w1i = sin[p * stride]!;
    const w2r = cos[2 * p * stride]!;
    const w2i = sin[2 * p * stride]!;
    let to = 3 * stride * p;
    for (let from = stride * p; from < stride * (p + 1); from++, to++) {
      const ar = fromRe[from]!;
      const ai = fromIm[from]!;
      const sumR = fromRe[from + step]! + fromRe[from + 2 * step]!;
      const sumI = fromIm[from + step]! + fromIm[from + 2 * step]!;
      const turnR = SIN_60 * (fromIm[from + step]! - fromIm[from + 2 * step]!);
      const turnI = SIN_60 * (fromRe[from + 2 * step]! - fromRe[from + step]!);
      toRe[to] = ar + sumR;
      toIm[to] = ai + sumI;
      const midR = ar - 0.5 * sumR;
      const midI = ai - 0.5 * sumI;
      toRe[to + stride] = (midR + turnR) * w1r - (midI + turnI) * w1i;
      toIm[to + stride] = (midR + turnR) * w1i + (midI + turnI) * w1r;
      toRe[to + 2 * stride] = (midR - turnR) * w2r - (midI - turnI) * w2i;
      toIm[to + 2 * stride] = (midR - turnR) * w2i + (midI - turnI) * w2r;
    }
  }
}

const COS_72 = Math.cos((2 * Math.PI) / 5);
const SIN_72 = Math.sin((2 * Math.PI) / 5);
const COS_144 = Math.cos((4 * Math.PI) / 5);
const SIN_144 = Math.sin((4 * Math.PI) / 5);

function pass5({ fromRe, fromIm, toRe, toIm, cos, sin, groups, stride }: Pass): void {
  const step = stride * groups;
  for (let p = 0; p < groups; p++) {
    const w1 = p * stride;
    let to = 5 * stride * p;
    for (let from = stride * p; from < stride * (p + 1); from++, to++) {
      const ar = fromRe[from]!;
      const ai = fromIm[from]!;
      const sum1R = fromRe[from + step]! + fromRe[from + 4 * step]!;
      const sum1I = fromIm[from + step]! + fromIm[from + 4 * step]!;
      const sum2R = fromRe[from + 2 * step]! + fromRe[from + 3 * step]!;
      const sum2I = fromIm[from + 2 * step]! + fromIm[from + 3 * step]!;
      const diff1R = fromRe[from + step]! - fromRe[from + 4 * step]!;
      const diff1I = fromIm[from + step]! - fromIm[from + 4 * step]!;
      const diff2R = fromRe[from + 2 * step]! - fromRe[from + 3 * step]!;
      const diff2I = fromIm[from + 2 * step]! - fromIm[from + 3 * step]!;
      toRe[to] = ar + sum1R + sum2R;
      toIm[to] = ai + sum1I + sum2I;
      const mid1R = ar + COS_72 * sum1R + COS_144 * sum2R;
      const mid1I = ai + COS_72 * sum1I + COS_144 * sum2I;
      const mid2R = ar + COS_144 * sum1R + COS_72 * sum2R;
      const mid2I = ai + COS_144 * sum1I + COS_72 * sum2I;
      const turn1R = SIN_72 * diff1I + SIN_144 * diff2I;
      const turn1I = -(SIN_72 * diff1R + SIN_144 * diff2R);
      const turn2R = SIN_144 * diff1I - SIN_72 * diff2I;
      const turn2I = SIN_72 * diff2R - SIN_144 * diff1R;
      put(to + stride, w1, mid1R + turn1R, mid1I + turn1I);
      put(to + 2 * stride, 2 * w1, mid2R + turn2R, mid2I + turn2I);
      put(to + 3 * stride, 3 * w1, mid2R - turn2R, mid2I - turn2I);
      put(to + 4 * stride, 4 * w1, mid1R - turn1R, mid1I - turn1I);
    }
  }
  function put(to: number, w: number, re: number, im: number): void {
    toRe[to] = re * cos[w]! - im * sin[w]!;
    toIm[to] = re * sin[w]! + im * cos[w]!;
  }
}

/** Any odd radix: inputs j and radix - j are added and subtracted first, which halves the products. */
function passOdd({ fromRe, fromIm, toRe, toIm, cos, sin, groups, stride }: Pass, radix: number): void {
  const step = stride * groups;
  const half = (radix - 1) / 2;
  const sumR = new Float64Array(half + 1);
  const sumI = new Float64Array(half + 1);
  const diffR = new Float64Array(half + 1);
  const diffI = new Float64Array(half + 1);
  for (let p = 0; p < groups; p++) {
    let to = radix * stride * p;
    for (let from = stride * p; from < stride * (p + 1); from++, to++) {
      const ar = fromRe[from]!;
      const ai = fromIm[from]!;
      let totalR = ar;
      let totalI = ai;
      for (let j = 1; j <= half; j++) {
        const low = from + j * step;
        const high = from + (radix - j) * step;
        sumR[j] = fromRe[low]! + fromRe[high]!;
        sumI[j] = fromIm[low]! + fromIm[high]!;
        diffR[j] = fromRe[low]! - fromRe[high]!;
        diffI[j] = fromIm[low]! - fromIm[high]!;
        totalR += sumR[j]!;
        totalI += sumI[j]!;
      }
      toRe[to] = totalR;
      toIm[to] = totalI;
      for (let k = 1; k <= half; k++) {
        let midR = ar;
        let midI = ai;
        let turnR = 0;
        let turnI = 0;
        for (let j = 1, jk = k; j <= half; j++, jk = jk + k < radix ? jk + k : jk + k - radix) {
          // exp(-2 pi i jk / radix) stands in the table at jk * size / radix, and size / radix = stride * groups.
          const c = cos[jk * step]!;
          const s = sin[jk * step]!;
          midR += c * sumR[j]!;
          midI += c * sumI[j]!;
          turnR -= s * diffI[j]!;
          turnI += s * diffR[j]!;
        }
        put(to + k * stride, k * p * stride, midR + turnR, midI + turnI);
        put(to + (radix - k) * stride, (radix - k) * p * stride, midR - turnR, midI - turnI);
      }
    }
  }
  function put(to: number, w: number, re: number, im: number): void {
    toRe[to] = re * cos[w]! - im * sin[w]!;
    toIm[to] = re * sin[w]! + im * cos[w]!;
  }
}
