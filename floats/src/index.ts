// Owns what other packages may use: JSON lists of numbers to and from 32-bit floats.
export { type FloatRows, jsonBytes } from './json-bytes.ts';
export { type FloatScan, scanFloats } from './scan-floats.ts';
export { shortestDoubles } from './shortest-doubles.ts';
export { writeFloats } from './write-floats.ts';
