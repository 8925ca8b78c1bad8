// Owns what other packages may use: JSON lists of numbers to and from 32-bit floats, and samples to them.
export { type FloatRows, jsonBytes } from './json-bytes.ts';
export { type FloatScan, scanFloats } from './scan-floats.ts';
export { shortestDoubles } from './shortest-doubles.ts';
export { floatsFromSigned16 } from './signed-16.ts';
export { writeFloats } from './write-floats.ts';
