// Owns what the reference page changes of an OpenAPI document before it shows it, so that every operation that is there can be executed
// as it stands: names that this program serves, a body for each, nothing that only a container has. Pure; must not know a page.
import type { Site, SiteAlgorithm } from '../shared/site-facts.ts';

/** A JSON object whose members are not known yet. */
export type Json = { readonly [name: string]: unknown };

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** A copy of `document` for this program. Operations, fields and texts stay the contract's. */
export function referenceView(
  document: Json,
  site: Pick<Site, 'container'>,
  { endpoint }: Pick<SiteAlgorithm, 'endpoint'>,
): Json {
  const [, project, , location, , endpointId] = endpoint.split('/');
  const ofEndpoint: Json = { project, location, endpoint: endpointId };
  const paths = Object.entries(at(document, 'paths')).flatMap(([path, item]) => {
    // Those of a container have ids of their own, which Vertex AI gives out.
    const isContainer = operationsOf(item).some((operation) => tagsOf(operation).includes('container'));
    if (isContainer && !site.container) return [];
    const own = isContainer ? at(item) : withExamples(at(item), document, ofEndpoint);
    return [[path, withTensors(own, document)]];
  });
  const tags = list(document['tags']).filter((tag) => site.container || at(tag)['name'] !== 'container');
  // The page calls its own origin without being told.
  const { servers: _, ...rest } = document;
  return { ...rest, tags, paths: Object.fromEntries(paths) };
}

/** The path's item with this program's names as the examples of its parameters. */
function withExamples(item: Json, document: Json, names: Json): Json {
  const parameters = list(item['parameters']).map((parameter) => {
    const resolved = resolve(parameter, document);
    const example = names[String(resolved['name'])];
    return example === undefined ? parameter : { ...resolved, example };
  });
  return { ...item, ...(parameters.length > 0 && { parameters }) };
}

/**
 * Bodies with tensors have no example in the contract, since 32,000 numbers help nobody who reads it; a person who executes the call
 * needs them. They are silence, of the form that the recorded description of the model has.
 */
function withTensors(item: Json, document: Json): Json {
  const post = at(item['post']);
  const media = at(at(at(post['requestBody'])['content'])['application/json']);
  const takesTensors = String(at(media['schema'])['$ref']).endsWith('/InferenceRequest');
  const input = takesTensors ? recordedInput(document) : undefined;
  if (input === undefined) return item;
  const { name, datatype, shape } = input;
  const length = Number(list(shape)[1]);
  const body = JSON.stringify({
    inputs: [{ name, datatype, shape: [1, length], data: Array.from({ length }, () => 0) }],
  });
  // As text, which is shown as it is: an object would be shown with a line for each number.
  const examples = { silence: { summary: 'One row of silence', value: body } };
  const content = { ...at(at(post['requestBody'])['content']), 'application/json': { ...media, examples } };
  return { ...item, post: { ...post, requestBody: { ...at(post['requestBody']), content } } };
}

/** The model's input as the contract's example of its description has it. */
function recordedInput(document: Json): Json | undefined {
  for (const item of Object.values(at(document, 'paths'))) {
    const answer = at(at(at(at(item)['get'])['responses'])['200']);
    const examples = Object.values(at(at(at(answer['content'])['application/json'])['examples']));
    const [input] = examples.flatMap((example) => list(at(at(example)['value'])['inputs']));
    if (input !== undefined) return at(input);
  }
  return undefined;
}

function operationsOf(item: unknown): Json[] {
  return METHODS.flatMap((method) => (at(item)[method] === undefined ? [] : [at(item, method)]));
}

function tagsOf(operation: Json): readonly unknown[] {
  return list(operation['tags']);
}

function resolve(value: unknown, document: Json): Json {
  const reference = at(value)['$ref'];
  if (typeof reference !== 'string') return at(value);
  return reference
    .split('/')
    .slice(1)
    .reduce<Json>((inner, name) => at(inner, name), document);
}

/** The member, or the value itself; an empty object where there is none. */
function at(value: unknown, name?: string): Json {
  // Object() of an object is the object, of nothing an empty one.
  const object = Object(value) as Json;
  return name === undefined ? object : (Object(object[name]) as Json);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
