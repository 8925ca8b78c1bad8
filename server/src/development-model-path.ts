// Owns where the development models lie, agreed between the server, which reads them, and the scripts, which build them.
import { join } from 'node:path';

/** Where the development model of an algorithm is built. */
export function developmentModelPath(cacheDir: string, algorithm: string): string {
  return join(cacheDir, 'models', `${algorithm}-development.onnx`);
}
