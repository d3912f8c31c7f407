import { isJsonObject, type JsonObject } from '../../json.ts';
import type { Revision } from '../types.ts';
import {
  errorTypes,
  methodsThatMayAsk,
  notificationTypes,
  resultTypes,
  serverRequestTypes,
} from './method-types.ts';
import { explainErrors } from './violations.ts';

/** One way in which a message breaks the schema of its revision. */
export interface Violation {
  /** JSON pointer below the result or the params. */
  readonly path: string;
  /** The result itself is unusable: a member that it must have is missing or of the wrong type. */
  readonly vital: boolean;
  /** For people: `tools[3].inputSchema is missing`. */
  readonly message: string;
  /** Stable id: `schema.tools/list`, or that of a member that many results share: `result.type`. */
  readonly rule: string;
}

/** What the generated validators report: Ajv's error objects. */
export interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** A validator as Ajv generates it. */
interface CompiledValidator {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

/** The compiled schemas of one revision, by method. Methods that it does not know are not judged. */
export interface RevisionValidators {
  result(method: string, value: unknown): readonly Violation[];
  serverRequest(method: string, params: unknown): readonly Violation[];
  notification(method: string, params: unknown): readonly Violation[];
  /** The error object of an answer to `method`, when the revision describes its code. */
  error(method: string, error: unknown): readonly Violation[];
  knowsResult(method: string): boolean;
  knowsServerRequest(method: string): boolean;
  knowsNotification(method: string): boolean;
}

type GeneratedModule = Readonly<Record<string, CompiledValidator>>;

const generated: Readonly<Record<Revision, () => Promise<unknown>>> = {
  '2024-11-05': () => import('./generated/2024-11-05.ts'),
  '2025-03-26': () => import('./generated/2025-03-26.ts'),
  '2025-06-18': () => import('./generated/2025-06-18.ts'),
  '2025-11-25': () => import('./generated/2025-11-25.ts'),
  '2026-07-28': () => import('./generated/2026-07-28.ts'),
};

const none: readonly Violation[] = Object.freeze([]);
const noParams = Object.freeze({});

/** Loads the validators of one revision, and of no other. */
export async function loadValidators(revision: Revision): Promise<RevisionValidators> {
  const compiled = (await generated[revision]()) as GeneratedModule;
  const results = byMethod(compiled, resultTypes);
  const requests = byMethod(compiled, serverRequestTypes);
  const notifications = byMethod(compiled, notificationTypes);
  const errors = byMethod(compiled, errorTypes);
  const createTask = compiled['CreateTaskResult'];
  const inputRequired = compiled['InputRequiredResult'];

  const judge = (
    validate: CompiledValidator | undefined,
    method: string,
    value: unknown,
  ): readonly Violation[] => {
    if (validate === undefined || validate(value)) return none;
    return explainErrors(validate.errors ?? [], value, `schema.${method}`);
  };
  return {
    result: (method, value) => {
      // A server that asks back sends no result of the method yet.
      if (inputRequired !== undefined && methodsThatMayAsk.has(method) && asksBack(value)) {
        return judge(inputRequired, 'input_required', value).map(named);
      }
      // A call may be answered by a task: the result proper comes by tasks/result, from 2026-07-28 on by tasks/get.
      const isTask =
        method === 'tools/call' &&
        isJsonObject(value) &&
        !('content' in value) &&
        (inputRequired === undefined ? 'task' in value : value['resultType'] === 'task');
      if (isTask && createTask !== undefined) return judge(createTask, method, value);
      return judge(results.get(method), method, value).map(named);
    },
    serverRequest: (method, params) =>
      judge(requests.get(method), method, params === undefined ? noParams : params),
    notification: (method, params) =>
      judge(notifications.get(method), method, params === undefined ? noParams : params),
    error: (method, error) => {
      const code = isJsonObject(error) ? JSON.stringify(error['code']) : undefined;
      return judge(errors.get(code ?? ''), method, error).map(asErrorViolation);
    },
    knowsResult: (method) => results.has(method),
    knowsServerRequest: (method) => requests.has(method),
    knowsNotification: (method) => notifications.has(method),
  };
}

/** True for a result of the kind `input_required`; 2026-07-28, basic/patterns/mrtr. */
export function asksBack(result: unknown): result is JsonObject {
  return isJsonObject(result) && result['resultType'] === 'input_required';
}

/** Members that results of many methods have: a fault there is the same one in all of them. */
const sharedMembers: ReadonlyMap<string, string> = new Map([
  ['/resultType', 'result.type'],
  ['/ttlMs', 'cache.hints'],
  ['/cacheScope', 'cache.hints'],
]);

function named(violation: Violation): Violation {
  const rule = sharedMembers.get(violation.path);
  // The ttlMs of a task says how long the task is kept.
  return rule === undefined || violation.rule.startsWith('schema.tasks/')
    ? violation
    : { ...violation, rule };
}

/** An error that lacks its data is an error all the same. */
function asErrorViolation(violation: Violation): Violation {
  return { ...violation, vital: false, message: `error: ${violation.message}` };
}

function byMethod(
  compiled: GeneratedModule,
  types: Readonly<Record<string, string>>,
): ReadonlyMap<string, CompiledValidator> {
  const found = new Map<string, CompiledValidator>();
  for (const [method, type] of Object.entries(types)) {
    const validate = compiled[type];
    if (validate !== undefined) found.set(method, validate);
  }
  return found;
}
