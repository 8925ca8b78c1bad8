// Owns which file of a model folder is the model. Must not know where the folder is.
import { showText } from './gs-uri.ts';
import { ModelLocationError } from './model-location-error.ts';

const PREFERRED = 'model.onnx';
const MAX_NAMES_SHOWN = 8;

/**
 * Picks the one `.onnx` among the names that stand directly in a folder, or `model.onnx` among several.
 *
 * @throws ModelLocationError that lists what was found.
 */
export function chooseModelFile(names: readonly string[]): string {
  const models = names.filter((name) => name.endsWith('.onnx'));
  if (models.includes(PREFERRED)) return PREFERRED;
  const [only, ...others] = models;
  if (only !== undefined && others.length === 0) return only;
  throw new ModelLocationError(
    `a folder that holds one .onnx file, or ${PREFERRED} among several`,
    only === undefined ? `no .onnx file is in it (${list(names)})` : `${models.length} are in it (${list(models)})`,
    only === undefined
      ? 'Give the folder into which the model was imported.'
      : `Give the path of the file itself, or name one of them ${PREFERRED}.`,
  );
}

function list(names: readonly string[]): string {
  if (names.length === 0) return 'it is empty';
  const shown = names.toSorted().slice(0, MAX_NAMES_SHOWN).map(showText).join(', ');
  return names.length > MAX_NAMES_SHOWN ? `${shown} and ${names.length - MAX_NAMES_SHOWN} more` : shown;
}
