/** The OpenAPI document, made of the table of routes and of the schemas that check what comes in. */
import { z } from 'zod';
import { problemMediaType } from '../listener/problem.ts';
import type { ApiRoute, DescribedAnswer } from './define-route.ts';
import { documents, problemSchema } from './documents.ts';

/** An OpenAPI document: too wide a type to write down for what is only sent. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

export function makeOpenApi(routes: readonly ApiRoute[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = describeRoute(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'MCP Test Harness',
      description:
        'The service that tests MCP servers day and night. Errors are problem documents (RFC 9457).',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }, { apiKey: [] }, { clientCertificate: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: describeSchemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key of rbac.yaml: mth_…' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        clientCertificate: { type: 'mutualTLS', description: 'Named in client_certificates of rbac.yaml' },
      },
    },
  };
}

function describeRoute(route: ApiRoute): object {
  const { method, path, permission, tag, summary, body, answers } = route;
  return {
    operationId: nameOperation(method, path),
    tags: [tag],
    summary,
    ...(permission === undefined
      ? { security: [] }
      : { description: `Needs the permission \`${permission}\`.`, 'x-permission': permission }),
    parameters: [
      ...describeParameters(route.params, 'path'),
      ...describeParameters(route.query, 'query'),
      ...(route.idempotent === true ? [idempotencyKey] : []),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: refer(body) } } } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, describeAnswer(answer)]),
      ),
      ...(permission === undefined
        ? {}
        : {
            401: describeProblem('No credentials, or not valid ones'),
            403: describeProblem('The role lacks the permission'),
          }),
      default: describeProblem('Any other error'),
    },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Two requests with one key are one request',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** `getRunsIdReports`: unique, since paths are. */
function nameOperation(method: string, path: string): string {
  const words = path.split(/[^A-Za-z]+/).filter((word) => word !== '');
  return `${method.toLowerCase()}${words.map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`).join('')}`;
}

function describeParameters(schema: z.ZodType | undefined, place: 'path' | 'query'): readonly object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = toSchema(schema) as {
    readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function describeAnswer({ description, schema, mediaTypes }: DescribedAnswer): object {
  if (schema === problemSchema) return describeProblem(description);
  const content =
    mediaTypes === undefined
      ? { 'application/json': { schema: schema === undefined ? { type: 'object' } : refer(schema) } }
      : Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string' } }]));
  return { description, content };
}

function describeProblem(description: string): object {
  return { description, content: { [problemMediaType]: { schema: refer(problemSchema) } } };
}

function refer(schema: z.ZodType): object {
  const id = documents.get(schema)?.id;
  if (id === undefined) throw new Error('a schema of the API has no name');
  return { $ref: uriOf(id) };
}

function uriOf(id: string): string {
  return `#/components/schemas/${id}`;
}

function describeSchemas(): Readonly<Record<string, object>> {
  const { schemas } = z.toJSONSchema(documents, { io: 'input', uri: uriOf });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutIds(schema)]));
}

function toSchema(schema: z.ZodType): object {
  return withoutIds(z.toJSONSchema(schema, { io: 'input' }));
}

/** Within a document that has a place for each of them, schemas are known by that place. */
function withoutIds(schema: object): object {
  const {
    $schema: _dialect,
    $id: _id,
    ...rest
  } = schema as {
    readonly $schema?: string;
    readonly $id?: string;
  };
  return rest;
}
