// Owns the code that does what the page has just done, with curl, Python and TypeScript. It names the files that the page gives out
// and reads the token from the environment: a token is never part of a text that is copied.

export interface SentCall {
  /** `http://host:port` of the server. */
  readonly server: string;
  /** The endpoint's resource name, `projects/P/locations/L/endpoints/E`. */
  readonly endpoint: string;
  readonly algorithm: {
    readonly name: string;
    /** The clients' method, for example `embed`; undefined where only their general one is there. */
    readonly clientMethod: string | undefined;
    /** The instance's field for a file in base64. */
    readonly fileField: string;
    readonly resultField: string;
  };
  /** Names of the sound files, in the order in which they were sent. */
  readonly files: readonly string[];
  /** Most instances in one call. */
  readonly maxInstances: number;
}

export interface Snippet {
  readonly title: 'curl' | 'Python' | 'TypeScript';
  readonly code: string;
}

/** One for each way, ready to be run in the folder with the files. */
export function snippetsOf(call: SentCall): readonly Snippet[] {
  return [
    { title: 'curl', code: curlCode(call) },
    { title: 'Python', code: pythonCode(call) },
    { title: 'TypeScript', code: typescriptCode(call) },
  ];
}

function curlCode({ server, endpoint, algorithm, files, maxInstances }: SentCall): string {
  const first = files.slice(0, maxInstances);
  const note =
    first.length < files.length
      ? [
          `# One call carries at most ${maxInstances} clips: these are the first of ${files.length}. Send the others in the same way.`,
        ]
      : [];
  return [
    ...note,
    `for clip in ${first.map(shellQuoted).join(' ')}; do`,
    `  printf '{"${algorithm.fileField}":"%s"}\\n' "$(base64 < "$clip" | tr -d '\\n')"`,
    'done | paste -sd, - | sed \'s/^/{"instances":[/; s/$/]}/\' |',
    '  curl -sS -H "Authorization: Bearer $TOKEN" -H \'Content-Type: application/json\' --data-binary @- \\',
    `    ${shellQuoted(`${server}/v1/${endpoint}:predict`)}`,
  ].join('\n');
}

function pythonCode({ server, endpoint, algorithm, files }: SentCall): string {
  const { project, location, id } = partsOf(endpoint);
  const call = algorithm.clientMethod
    ? `${algorithm.clientMethod}(`
    : `predict_sounds(${pythonQuoted(algorithm.name)}, `;
  return [
    'import os',
    'from pathlib import Path',
    'from predict_schemata import PredictClient',
    '',
    `clips = [${files.map((file) => `Path(${pythonQuoted(file)})`).join(', ')}]`,
    'with PredictClient(',
    `    ${pythonQuoted(server)},`,
    `    project=${pythonQuoted(project)},`,
    `    location=${pythonQuoted(location)},`,
    `    endpoint=${pythonQuoted(id)},`,
    '    token=os.environ["TOKEN"],',
    ') as client:',
    `    answer = client.${call}clips)`,
    '',
    `print(answer.model_display_name, answer.values.shape, answer.values.dtype)`,
    'for index, error in answer.errors.items():',
    '    print(clips[index], error.reason, error.description)',
  ].join('\n');
}

function typescriptCode({ server, endpoint, algorithm, files }: SentCall): string {
  const { project, location, id } = partsOf(endpoint);
  const call = algorithm.clientMethod
    ? `${algorithm.clientMethod}(`
    : `predictSounds(${scriptQuoted(algorithm.name)}, `;
  return [
    "import { PredictClient, serverTarget } from 'predict-schemata-client';",
    "import { soundFile } from 'predict-schemata-client/node';",
    '',
    'const client = new PredictClient({',
    `  target: serverTarget(${scriptQuoted(server)}),`,
    `  project: ${scriptQuoted(project)},`,
    `  location: ${scriptQuoted(location)},`,
    `  endpoint: ${scriptQuoted(id)},`,
    "  token: process.env['TOKEN'] ?? '',",
    '});',
    `const clips = [${files.map(scriptQuoted).join(', ')}];`,
    `const { predictions, modelDisplayName } = await client.${call}clips.map((clip) => soundFile(clip)));`,
    '',
    'console.log(modelDisplayName);',
    'for (const [index, prediction] of predictions.entries()) {',
    "  if ('error' in prediction) console.log(clips[index], prediction.error.reason, prediction.error.description);",
    `  else console.log(clips[index], prediction.${algorithm.resultField});`,
    '}',
  ].join('\n');
}

function partsOf(endpoint: string): { project: string; location: string; id: string } {
  const [, project, , location, , id] = endpoint.split('/');
  if (project === undefined || location === undefined || id === undefined) {
    throw new Error('An endpoint has no resource name. This is a bug.');
  }
  return { project, location, id };
}

/** POSIX shell: nothing is special between single quotes but the quote itself. */
function shellQuoted(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** JSON's escapes mean the same in a Python text, but for halves of characters, which file names do not hold. */
function pythonQuoted(text: string): string {
  return JSON.stringify(text);
}

function scriptQuoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
