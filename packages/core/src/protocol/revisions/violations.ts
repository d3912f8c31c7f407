import { isJsonObject } from '../../json.ts';
import type { SchemaError, Violation } from './validators.ts';

/**
 * Turns Ajv's errors into one violation for each fault: of a union that failed, only its most telling branch is kept.
 * @param rule id that the violations carry
 */
export function explainErrors(
  errors: readonly SchemaError[],
  value: unknown,
  rule: string,
): readonly Violation[] {
  const telling = errors.filter(isTelling);
  const required = requiredAtRoot(errors, value);
  const violations = new Map<string, Violation>();
  for (const error of withoutBranches(telling)) {
    const path =
      error.keyword === 'required'
        ? `${error.instancePath}/${escapePointer(String(error.params['missingProperty']))}`
        : error.instancePath;
    const message = describe(error, path, value);
    violations.set(path, { path, message, rule, vital: path === '' || required(path) });
  }
  return [...violations.values()];
}

/** Errors that only say that others were found are left out. */
function isTelling({ keyword, params }: SchemaError): boolean {
  if (keyword === 'anyOf' || keyword === 'oneOf' || keyword === 'if') return false;
  return keyword !== 'discriminator' || params['tagValue'] !== undefined;
}

/** Of several branches of a union that complain about one place, the one that complains least is meant. */
function withoutBranches(errors: readonly SchemaError[]): readonly SchemaError[] {
  const branches = new Map<string, Map<string, SchemaError[]>>();
  const kept: SchemaError[] = [];
  for (const error of errors) {
    const match = /^(.*\/anyOf)\/(\d+)\//.exec(error.schemaPath);
    if (match === null) {
      kept.push(error);
      continue;
    }
    const [, union = '', branch = ''] = match;
    const key = `${union} ${unionInstance(error)}`;
    const group = branches.get(key) ?? new Map<string, SchemaError[]>();
    group.set(branch, [...(group.get(branch) ?? []), error]);
    branches.set(key, group);
  }
  for (const group of branches.values()) {
    const [first = []] = [...group.values()].sort((a, b) => deepest(b) - deepest(a) || a.length - b.length);
    kept.push(...first);
  }
  return kept;
}

/** The list item, or member of the result, that the union was asked about. */
function unionInstance({ instancePath }: SchemaError): string {
  return instancePath.split('/').slice(0, 3).join('/');
}

/** A branch whose `type` fitted complains further down than one whose `type` did not. */
function deepest(errors: readonly SchemaError[]): number {
  return errors.some(
    ({ keyword, instancePath }) =>
      (keyword === 'const' || keyword === 'enum') && instancePath.endsWith('/type'),
  )
    ? 0
    : 1;
}

/** Tells whether a path is a required member of the value itself. */
function requiredAtRoot(errors: readonly SchemaError[], value: unknown): (path: string) => boolean {
  if (!isJsonObject(value)) return () => true;
  const missing = new Set(
    errors
      .filter(({ keyword, instancePath }) => keyword === 'required' && instancePath === '')
      .map(({ params }) => `/${String(params['missingProperty'])}`),
  );
  return (path) => (missing.has(path) && !forgiven.has(path)) || vitalMembers.has(path);
}

/** Members that a result must have and can be understood without: an absent resultType means `complete`. */
const forgiven: ReadonlySet<string> = new Set(['/resultType', '/ttlMs', '/cacheScope', '/_meta']);

/** The members that results must have; of the wrong type they are as good as missing. */
const vitalMembers: ReadonlySet<string> = new Set([
  '/protocolVersion',
  '/serverInfo',
  '/capabilities',
  '/tools',
  '/content',
  '/resources',
  '/resourceTemplates',
  '/contents',
  '/prompts',
  '/messages',
  '/completion',
  '/supportedVersions',
  '/inputRequests',
  '/task',
  '/tasks',
]);

function describe(error: SchemaError, path: string, value: unknown): string {
  const place = path === '' ? 'the result' : readablePath(path);
  const got = valueAt(value, error.instancePath);
  switch (error.keyword) {
    case 'required':
      return `${place} is missing`;
    case 'type':
      return `${place} must be ${articled(String(error.params['type']))}, not ${kindOf(got)}`;
    case 'const':
      return `${place} must be ${JSON.stringify(error.params['allowedValue'])}, not ${brief(got)}`;
    case 'enum':
      return `${place} must be one of ${(error.params['allowedValues'] as readonly unknown[]).map((one) => JSON.stringify(one)).join(', ')}, not ${brief(got)}`;
    case 'discriminator': {
      const member = String(error.params['tag']);
      const tag = isJsonObject(got) ? got[member] : undefined;
      if (member !== 'type') {
        return `${place}.${member} ${tag === undefined ? 'is missing' : `${brief(tag)} is nothing that may be asked here`}`;
      }
      return `${place}.type ${tag === undefined ? 'is missing' : `${brief(tag)} is not a kind of content in this revision`}`;
    }
    case 'format':
      return `${place} is not ${formats[String(error.params['format'])] ?? String(error.params['format'])}: ${brief(got)}`;
    default:
      return `${place} ${error.message ?? `breaks ${error.keyword}`}`;
  }
}

const formats: Readonly<Record<string, string>> = {
  uri: 'a URI',
  'uri-template': 'a URI template',
  byte: 'base64',
};

function articled(type: string): string {
  if (type.includes(',')) return type.split(',').map(articled).join(' or ');
  if (type === 'null') return 'null';
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : articled(typeof value);
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function valueAt(value: unknown, pointer: string): unknown {
  let current = value;
  for (const segment of segments(pointer)) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string, unknown>)[segment];
  }
  return current;
}

function readablePath(pointer: string): string {
  let text = '';
  for (const segment of segments(pointer))
    text += /^\d+$/.test(segment) ? `[${segment}]` : `${text === '' ? '' : '.'}${segment}`;
  return text;
}

function segments(pointer: string): readonly string[] {
  return pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
