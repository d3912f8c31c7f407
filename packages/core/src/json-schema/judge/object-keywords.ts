import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { because } from './combining-keywords.ts';
import type { Judgement } from './judgement.ts';
import { memberList, memberMap, membersRule, sizeOfObject, type Keyword } from './keyword.ts';
import { count } from './write-value.ts';

export const objectKeywords: readonly Keyword[] = [
  {
    name: 'minProperties',
    check: sizeOfObject((least, value, judgement) => {
      const { length } = namesOf(value, judgement);
      if (length < least)
        judgement.fail(() => `must have at least ${count(least, 'member')}, but has ${length}`);
    }),
  },
  {
    name: 'maxProperties',
    check: sizeOfObject((most, value, judgement) => {
      const { length } = namesOf(value, judgement);
      if (length > most)
        judgement.fail(() => `must have at most ${count(most, 'member')}, but has ${length}`);
    }),
  },
  {
    name: 'required',
    check: memberList((names, value, judgement) => {
      judgement.judge.work.spend(names.length / 8);
      for (const name of names)
        if (typeof name === 'string' && !Object.hasOwn(value, name)) judgement.fail(() => 'is missing', name);
    }),
  },
  { name: 'properties', check: memberMap(checkProperties) },
  { name: 'patternProperties', check: memberMap(checkPatternProperties) },
  { name: 'additionalProperties', check: membersRule(checkAdditionalProperties) },
  {
    name: 'propertyNames',
    check: membersRule((schema, value, judgement) => {
      for (const name of namesOf(value, judgement)) {
        const { verdict, faults } = judgement.considerPart(schema, name, name, judgement.standpoint.isQuiet);
        if (verdict === undefined) judgement.doubt();
        if (verdict === false)
          judgement.fail(
            () => `has a name that the schema does not allow${because(faults, judgement.pathTo(name))}`,
            name,
          );
        if (judgement.isDecided) break;
      }
    }),
  },
  { name: 'dependencies', check: memberMap(checkDependencies) },
  { name: 'dependentRequired', only: '2020-12', check: memberMap(checkDependencies) },
  { name: 'dependentSchemas', only: '2020-12', check: memberMap(checkDependencies) },
];

export const unevaluatedProperties: Keyword = {
  name: 'unevaluatedProperties',
  only: '2020-12',
  check: membersRule((schema, value, judgement) => {
    const seen = judgement.seen!;
    for (const name of namesOf(value, judgement)) {
      if (seen.isCertain && seen.hasName(name)) continue;
      if (seen.isCertain) judgement.demandPart(schema, value[name]!, name);
      else if (judgement.considerPart(schema, value[name]!, name, true).verdict !== true) judgement.doubt();
      if (judgement.isDecided) break;
    }
    seen.hasAllNames = true;
  }),
};

function checkProperties(properties: JsonObject, value: JsonObject, judgement: Judgement): void {
  for (const name of namesOf(properties, judgement)) {
    if (!Object.hasOwn(value, name)) continue;
    judgement.demandPart(properties[name]!, value[name]!, name);
    judgement.seen?.names.add(name);
    if (judgement.isDecided) break;
  }
}

function checkPatternProperties(patterns: JsonObject, value: JsonObject, judgement: Judgement): void {
  const { program, work } = judgement.judge;
  const names = namesOf(value, judgement);
  for (const [pattern, schema] of Object.entries(patterns)) {
    for (const name of names) {
      const isMatch = program.matches(pattern, name, work);
      if (isMatch === true) {
        judgement.demandPart(schema, value[name]!, name);
        judgement.seen?.names.add(name);
      } else if (isMatch === undefined) {
        if (judgement.considerPart(schema, value[name]!, name, true).verdict !== true) judgement.doubt();
        if (judgement.seen !== undefined) judgement.seen.isCertain = false;
      }
      if (judgement.isDecided) return;
    }
  }
}

function checkAdditionalProperties(schema: JsonValue, value: JsonObject, judgement: Judgement): void {
  const { properties, patternProperties } = judgement.schema;
  const { program, work } = judgement.judge;
  const patterns = isJsonObject(patternProperties) ? Object.keys(patternProperties) : [];
  if (judgement.seen !== undefined) judgement.seen.hasAllNames = true;
  if (schema === true) return;
  for (const name of namesOf(value, judgement)) {
    if (isJsonObject(properties) && Object.hasOwn(properties, name)) continue;
    const matches = patterns.map((pattern) => program.matches(pattern, name, work));
    if (matches.includes(true)) continue;
    if (!matches.includes(undefined)) judgement.demandPart(schema, value[name]!, name);
    else if (judgement.considerPart(schema, value[name]!, name, true).verdict !== true) judgement.doubt();
    if (judgement.isDecided) break;
  }
}

/** What certain members entail: other members, or a schema for the whole object. */
function checkDependencies(dependencies: JsonObject, value: JsonObject, judgement: Judgement): void {
  for (const name of namesOf(dependencies, judgement)) {
    const entailed = dependencies[name]!;
    if (!Object.hasOwn(value, name)) continue;
    if (!Array.isArray(entailed)) judgement.demand(entailed);
    else {
      judgement.judge.work.spend(entailed.length / 8);
      for (const other of entailed as readonly JsonValue[])
        if (typeof other === 'string' && !Object.hasOwn(value, other))
          judgement.fail(() => `must have the member "${other}" when "${name}" is there`);
    }
    if (judgement.isDecided) break;
  }
}

function namesOf(value: JsonObject, { judge }: Judgement): string[] {
  const names = Object.keys(value);
  judge.work.spend(names.length);
  return names;
}
