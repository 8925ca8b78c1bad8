// Owns what the module exports.
export { floatsAt, powersAt, textAt, WINDOW_BYTES as windowBytes } from './memory';
export { scaleSigned16 } from './samples';
export { closed, count, scan } from './scan';
export { scalesAt, WINDOW_WRITES as windowWrites, write } from './write';
