import { isJsonObject, type JsonValue } from '../../json.ts';
import type { Fault, Judgement, JudgementResult } from './judgement.ts';
import { anyRule, reference, schemaList, type Keyword } from './keyword.ts';

/** The keywords that bring in other schemas for the same value. */
export const combiningKeywords: readonly Keyword[] = [
  {
    name: '$ref',
    check: reference((name, _value, judgement) => {
      const { judge, standpoint } = judgement;
      refer(judge.program.library.resolve(name, standpoint.scope.resource), name, judgement);
    }),
  },
  {
    name: '$dynamicRef',
    only: '2020-12',
    check: reference((name, _value, judgement) => followDynamic(name, judgement)),
  },
  {
    name: 'allOf',
    check: schemaList((parts, _value, judgement) => {
      for (const part of parts) {
        judgement.demand(part);
        if (judgement.isDecided) break;
      }
    }),
  },
  { name: 'anyOf', check: schemaList((parts, _value, judgement) => checkAnyOf(parts, judgement)) },
  { name: 'oneOf', check: schemaList((parts, _value, judgement) => checkOneOf(parts, judgement)) },
  {
    name: 'not',
    check: anyRule((schema, _value, judgement) => {
      const { verdict } = judgement.consider(schema, true);
      if (verdict === undefined) judgement.doubt();
      if (verdict === true) judgement.fail(() => 'must not fit the schema in not');
    }),
  },
  { name: 'if', check: anyRule((condition, _value, judgement) => checkIf(condition, judgement)) },
];

function refer(target: JsonValue | undefined, name: string, judgement: Judgement): void {
  if (target === undefined) judgement.fail(() => `cannot be checked: $ref ${name} leads nowhere`);
  else judgement.demand(target);
}

/** To an anchor that is dynamic, the outermost resource that has one of that name decides. */
function followDynamic(name: string, judgement: Judgement): void {
  const { library } = judgement.judge.program;
  let target = library.resolve(name, judgement.standpoint.scope.resource);
  const anchor = name.slice(name.indexOf('#') + 1);
  if (isJsonObject(target) && library.homeOf(target).dynamicAnchors.get(anchor) === target) {
    for (let scope = judgement.standpoint.scope; ; scope = scope.outer) {
      target = scope.resource.dynamicAnchors.get(anchor) ?? target;
      if (scope.outer === undefined) break;
    }
  }
  refer(target, name, judgement);
}

function checkAnyOf(parts: readonly JsonValue[], judgement: Judgement): void {
  const failed: Fault[] = [];
  let verdict: boolean | undefined = false;
  for (const part of parts) {
    const result = considerBranch(part, failed, judgement);
    if (result.verdict !== false) judgement.see(result);
    if (result.verdict === true) verdict = true;
    else if (result.verdict === undefined && verdict === false) verdict = undefined;
    if (verdict === true && judgement.seen === undefined) break;
  }
  if (verdict === undefined) judgement.doubt();
  if (verdict === false)
    judgement.fail(() => `matches none of the schemas in anyOf${because(failed, judgement.standpoint.path)}`);
}

function checkOneOf(parts: readonly JsonValue[], judgement: Judgement): void {
  const failed: Fault[] = [];
  const fitting: number[] = [];
  let doubts = 0;
  for (const [index, part] of parts.entries()) {
    const result = considerBranch(part, failed, judgement);
    if (result.verdict !== false) judgement.see(result);
    if (result.verdict === true) fitting.push(index);
    if (result.verdict === undefined) doubts += 1;
    if (fitting.length > 1) break;
  }
  if (fitting.length > 1)
    judgement.fail(() => `matches more than one of the schemas in oneOf (those at ${fitting.join(' and ')})`);
  else if (doubts > 0) judgement.doubt();
  else if (fitting.length === 0)
    judgement.fail(() => `matches none of the schemas in oneOf${because(failed, judgement.standpoint.path)}`);
}

function checkIf(condition: JsonValue, judgement: Judgement): void {
  const { then: consequence = true, else: otherwise = true } = judgement.schema;
  const result = judgement.consider(condition, true);
  if (result.verdict !== false) judgement.see(result);
  if (result.verdict !== undefined) return judgement.demand(result.verdict ? consequence : otherwise);
  const ways = [consequence, otherwise].map((way) => judgement.consider(way, true));
  for (const way of ways) judgement.see({ ...way, verdict: undefined });
  if (ways.every(({ verdict }) => verdict === false)) judgement.demand(consequence);
  else if (!ways.every(({ verdict }) => verdict === true)) judgement.doubt();
}

/** More reasons than this help nobody; the branches after them are judged quietly. */
const reasonLimit = 10;

function considerBranch(part: JsonValue, failed: Fault[], judgement: Judgement): JudgementResult {
  const result = judgement.consider(part, judgement.standpoint.isQuiet || failed.length >= reasonLimit);
  if (result.verdict === false) failed.push(...result.faults.slice(0, reasonLimit));
  return result;
}

/** The reasons why a value at a path fails, in brackets: ` (must be string, but is object; /a must be number, but is string)`. */
export function because(faults: readonly Fault[], { length }: string): string {
  const reasons = new Set(
    faults.slice(0, reasonLimit).map(({ path, write }) => `${path.slice(length)} ${write()}`.trim()),
  );
  return reasons.size === 0 ? '' : ` (${[...reasons].join('; ')})`;
}
