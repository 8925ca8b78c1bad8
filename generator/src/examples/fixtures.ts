// Owns the two stand-ins that an example's body may hold for long data: `{ $fixture: FILE }` is the file in base64,
// `{ $fixtureJson: FILE }` the value of a JSON file. Files are relative to the repository's fixtures folder.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { ContractProblems } from '../problems.ts';
import { inheritOrigin, positionOf } from '../source/position.ts';

const BASE64 = '$fixture';
const JSON_FILE = '$fixtureJson';

/** The fixtures folder that belongs to a spec folder: the one beside it. */
export function fixturesFolderOf(specFolder: string): string {
  return join(dirname(specFolder), 'fixtures');
}

/** A copy of `value` with each stand-in replaced. @throws ContractProblems for a file that is missing or not JSON */
export function fillFixtures(value: JsonValue, fixturesFolder: string): JsonValue {
  if (Array.isArray(value)) {
    return inheritOrigin(
      value,
      value.map((entry) => fillFixtures(entry, fixturesFolder)),
    );
  }
  if (!isObject(value)) {
    return value;
  }
  if (BASE64 in value) {
    return readFixture(value, BASE64, fixturesFolder).toString('base64');
  }
  if (JSON_FILE in value) {
    const text = readFixture(value, JSON_FILE, fixturesFolder).toString('utf8');
    try {
      // JSON.parse answers any, and every JSON text is a JsonValue.
      return JSON.parse(text) as JsonValue;
    } catch {
      throw refuse(value, JSON_FILE, 'expected a JSON file');
    }
  }
  const entries = Object.entries(value).map(([key, entry]) => [key, fillFixtures(entry, fixturesFolder)]);
  return inheritOrigin(value, Object.fromEntries(entries));
}

function readFixture(standIn: JsonObject, key: string, fixturesFolder: string): Buffer {
  const file = standIn[key];
  if (typeof file !== 'string' || Object.keys(standIn).length !== 1) {
    throw refuse(standIn, key, `expected { ${key}: FILE } and nothing else`);
  }
  const inside = posix.normalize(file);
  if (inside.startsWith('..') || inside.startsWith('/')) {
    throw refuse(standIn, key, 'expected a path inside fixtures/');
  }
  const path = join(fixturesFolder, inside);
  if (!existsSync(path)) {
    throw refuse(standIn, key, `there is no file fixtures/${inside}`);
  }
  return readFileSync(path);
}

function refuse(standIn: JsonObject, key: string, message: string): ContractProblems {
  const position = positionOf(standIn, key);
  return new ContractProblems([{ rule: 'fixture', message, ...(position === undefined ? {} : { position }) }]);
}
