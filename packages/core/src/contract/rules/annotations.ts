import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { sameJson } from '../same-json.ts';
import type { ContractChange } from '../types.ts';
import { gatherChanges, type ChangeRules } from './define.ts';

export const annotationRules = {
  'contract.tool.hint-changed': { kind: 'risky', title: 'A hint says the opposite' },
  'contract.tool.hint-explicit': { kind: 'compatible', title: 'A hint says what was taken for granted' },
  'contract.tool.annotation-changed': { kind: 'risky', title: 'Another annotation is different' },
} as const satisfies ChangeRules;

/** What each hint is taken for when it is not there (specification: schema, ToolAnnotations), and what a flip does. */
const hints: Readonly<
  Record<string, { readonly default: boolean; readonly on: string; readonly off: string }>
> = {
  readOnlyHint: {
    default: false,
    on: 'clients may call it without asking the user now: make sure that it changes nothing',
    off: 'clients that called it without asking, since it changed nothing, may ask the user or refuse now',
  },
  destructiveHint: {
    default: true,
    on: 'clients may ask the user before each call now, or leave the tool out where nobody can be asked',
    off: 'clients may call it without asking now: make sure that nothing is lost by it',
  },
  idempotentHint: {
    default: false,
    on: 'clients may repeat a call that failed now: make sure that twice does no more than once',
    off: 'clients that repeated calls that failed may no longer do so',
  },
  openWorldHint: {
    default: true,
    on: 'clients may treat its results as coming from outside now, and trust them less',
    off: 'clients may trust its results more now',
  },
};

/** What annotations promise. @param path pointer to the tool */
export function compareAnnotations(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  path: string,
): readonly ContractChange[] {
  const [old, current] = [before ?? {}, after ?? {}];
  return gatherChanges(annotationRules, (note) => {
    for (const name of new Set([...Object.keys(old), ...Object.keys(current)])) {
      const values: readonly [JsonValue | undefined, JsonValue | undefined] = [old[name], current[name]];
      if (sameJson(...values)) continue;
      const at = `${path}/annotations/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const hint = Object.hasOwn(hints, name) ? hints[name] : undefined;
      if (hint === undefined) {
        note('contract.tool.annotation-changed', at, values, 'clients that read it may act otherwise');
        continue;
      }
      const [was, is] = values.map((value) => (typeof value === 'boolean' ? value : hint.default));
      if (was === is)
        note(
          'contract.tool.hint-explicit',
          at,
          values,
          `without the hint, ${String(is)} is what clients assume`,
        );
      else note('contract.tool.hint-changed', at, values, is === true ? hint.on : hint.off);
    }
  });
}

/** How a tool may be called as a task (specification 2025-11-25: tools, execution.taskSupport). */
export const executionRules = {
  'contract.tool.task-support-narrowed': { kind: 'breaking', title: 'A way to call a tool is gone' },
  'contract.tool.task-support-widened': { kind: 'compatible', title: 'A tool may be called in one more way' },
} as const satisfies ChangeRules;

const waysOf: Readonly<Record<string, readonly string[]>> = {
  forbidden: ['as a call'],
  optional: ['as a call', 'as a task'],
  required: ['as a task'],
};

/** Whether a tool can still be called as it was: at once, or as a task. */
export function compareExecution(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  path: string,
): readonly ContractChange[] {
  const [old, current] = [before, after].map((execution) => {
    const support = isJsonObject(execution) ? execution['taskSupport'] : undefined;
    return typeof support === 'string' && Object.hasOwn(waysOf, support) ? support : 'forbidden';
  }) as [string, string];
  return gatherChanges(executionRules, (note) => {
    if (old === current) return;
    const lost = waysOf[old]!.filter((way) => !waysOf[current]!.includes(way));
    const at = `${path}/execution/taskSupport`;
    if (lost.length > 0)
      note(
        'contract.tool.task-support-narrowed',
        at,
        [old, current],
        `it can no longer be called ${lost.join(' or ')}`,
      );
    else note('contract.tool.task-support-widened', at, [old, current], 'callers need not use it');
  });
}
