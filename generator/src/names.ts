// Owns how names are turned from one case into another. File names and algorithm names are kebab-case, schema titles
// PascalCase, operation ids and example names camelCase, wire fields of PredictSchemata snake_case.

const PASCAL_CASE = /^[A-Z][A-Za-z0-9]*$/;
const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

export function isPascalCase(name: string): boolean {
  return PASCAL_CASE.test(name);
}

export function isSnakeCase(name: string): boolean {
  return SNAKE_CASE.test(name);
}

/** `project-id` → `ProjectId`. */
export function pascalCaseOf(kebab: string): string {
  return kebab
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** `input-bytes` or `InputBytes` → `inputBytes`. */
export function camelCaseOf(name: string): string {
  const pascal = pascalCaseOf(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** `spec/common/schemas/status.yaml` → `status`. */
export function baseNameOf(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const dot = file.lastIndexOf('.');
  return dot < 0 ? file : file.slice(0, dot);
}
