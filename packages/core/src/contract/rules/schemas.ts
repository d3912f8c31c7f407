import type { JsonObject } from '../../json.ts';
import { compareSchemas, type DifferenceKind, type SchemaDifference } from '../../json-schema/index.ts';
import { sameJson } from '../same-json.ts';
import type { ChangeKind, ContractChange } from '../types.ts';
import { gatherChanges, type ChangeRule, type ChangeRules } from './define.ts';
import { readMembers } from './read-members.ts';
import { nameOf, writeSchemaChange, type SchemaChange } from './schema-words.ts';

/** Who sends values of a schema: callers send inputs, the server sends outputs. */
type Surface = 'input' | 'output';
type Direction = SchemaChange['direction'];

/** What each kind of difference is about. */
const subjects: Readonly<Record<DifferenceKind, string>> = {
  type: 'types',
  values: 'values',
  minimum: 'the lower bound',
  maximum: 'the upper bound',
  multiple: 'the step of numbers',
  length: 'the length of texts',
  pattern: 'the pattern of texts',
  format: 'the format',
  'item-count': 'the number of items',
  unique: 'equal items',
  required: 'required members',
  excluded: 'what is accepted at all',
  'member-count': 'the number of members',
  alternative: 'forms',
};

/** Who accepts a value must go on accepting it; who promises one must go on keeping to it. */
const kindOf: Readonly<Record<Surface, Readonly<Record<Direction, ChangeKind>>>> = {
  input: { narrowed: 'breaking', widened: 'compatible' },
  output: { narrowed: 'compatible', widened: 'breaking' },
};

const consequences: Readonly<Record<Surface, Readonly<Record<Direction, string>>>> = {
  input: {
    narrowed: 'arguments that were accepted are refused',
    widened: 'all that was accepted still is',
  },
  output: {
    narrowed: 'results promise more than before',
    widened: 'results may be what they were promised not to be',
  },
};

function rulesOf(surface: Surface): readonly (readonly [string, ChangeRule])[] {
  const what = surface === 'input' ? 'The arguments' : 'The result';
  const differences = Object.entries(subjects).flatMap(([kind, subject]) =>
    (['narrowed', 'widened'] as const).map((direction) => {
      const title = `${what} of a tool: ${subject}, ${direction}`;
      return [
        `contract.${surface}.${kind}-${direction}`,
        { kind: kindOf[surface][direction], title },
      ] as const;
    }),
  );
  const others: Readonly<Record<string, ChangeRule>> = {
    undecided: { kind: 'risky', title: `${what} of a tool: whether they fit as before could not be decided` },
    'member-added': { kind: 'compatible', title: `${what} of a tool: one more optional member` },
    'member-removed': { kind: 'risky', title: `${what} of a tool: a member is no longer described` },
    'strict-member-added': {
      kind: 'risky',
      title: `${what} of a tool: a new member where others were ruled out`,
    },
    'text-changed': { kind: 'risky', title: `${what} of a tool: title, description or examples of a member` },
    'default-changed': {
      kind: 'risky',
      title: `${what} of a tool: what stands in for a member that is not sent`,
    },
    rewritten: { kind: 'compatible', title: `${what} of a tool: written otherwise, to the same effect` },
  };
  return [
    ...differences,
    ...Object.entries(others).map(([name, rule]) => [`contract.${surface}.${name}`, rule] as const),
  ];
}

export const schemaRules: ChangeRules = Object.fromEntries([...rulesOf('input'), ...rulesOf('output')]);

/** The arguments of a tool: what callers sent must still be accepted. @param path pointer to the schema @param limitUnits most work */
export function compareInputs(
  before: JsonObject,
  after: JsonObject,
  path: string,
  limitUnits: number,
): readonly ContractChange[] {
  return compareSurface('input', before, after, path, limitUnits);
}

/** The results of a tool: what consumers were promised must still be kept. @param path pointer to the schema @param limitUnits most work */
export function compareOutputs(
  before: JsonObject,
  after: JsonObject,
  path: string,
  limitUnits: number,
): readonly ContractChange[] {
  return compareSurface('output', before, after, path, limitUnits);
}

function compareSurface(
  surface: Surface,
  before: JsonObject,
  after: JsonObject,
  path: string,
  limitUnits: number,
): readonly ContractChange[] {
  if (sameJson(before, after)) return [];
  const { narrowed, widened } = compareSchemas(before, after, { limitUnits });
  const [old, current] = [readMembers(before), readMembers(after)];
  const differences = [
    ...narrowed.map((one) => inTime('narrowed', one)),
    ...widened.map((one) => inTime('widened', one)),
  ];
  const isTold = (pointer: string): boolean =>
    differences.some((one) => one.isCertain && one.pointer === pointer);
  const changes = gatherChanges(schemaRules, (note) => {
    for (const one of differences) {
      const { direction, pointer, before: was, after: is } = one;
      const says = writeSchemaChange(one);
      if (!one.isCertain) {
        // That more may be accepted than before harms no caller.
        if (kindOf[surface][direction] === 'compatible') continue;
        note(
          `contract.${surface}.undecided`,
          path + pointer,
          [was, is],
          `${nameOf(pointer)}: could not be decided whether all is as before: ${one.detail ?? writeSchemaChange(one)}`,
        );
        continue;
      }
      // Servers that close their results by habit would otherwise never be able to add to them.
      const isNew = one.kind === 'excluded' && !old.has(pointer) && current.has(pointer);
      if (surface === 'output' && direction === 'widened' && isNew)
        note(
          'contract.output.strict-member-added',
          path + pointer,
          [was, is],
          `${nameOf(pointer)}: new, where other members were ruled out; consumers that check that strictly refuse it`,
        );
      else
        note(
          `contract.${surface}.${one.kind}-${direction}`,
          path + pointer,
          [was, is],
          `${says}; ${consequences[surface][direction]}`,
        );
    }
    for (const pointer of current.keys()) {
      if (old.has(pointer) || !isMember(pointer) || !old.has(parentOf(pointer)) || isTold(pointer)) continue;
      note(
        `contract.${surface}.member-added`,
        path + pointer,
        [undefined, nameOf(pointer)],
        `${nameOf(pointer)}: new and optional`,
      );
    }
    for (const [pointer, was] of old) {
      const is = current.get(pointer);
      if (is === undefined) {
        if (!isMember(pointer) || !current.has(parentOf(pointer)) || isTold(pointer)) continue;
        note(
          `contract.${surface}.member-removed`,
          path + pointer,
          [nameOf(pointer), undefined],
          surface === 'input'
            ? `${nameOf(pointer)}: no longer described; it is still accepted, and most likely not heeded`
            : `${nameOf(pointer)}: no longer described; results most likely lack it`,
        );
        continue;
      }
      for (const text of ['title', 'description', 'examples'] as const)
        if (!sameJson(was[text], is[text]))
          note(
            `contract.${surface}.text-changed`,
            `${path}${pointer}/${text}`,
            [was[text], is[text]],
            `${nameOf(pointer)}: models ${surface === 'input' ? 'fill it in' : 'read it'} by its ${text}`,
          );
      if (!sameJson(was.default, is.default))
        note(
          `contract.${surface}.default-changed`,
          `${path}${pointer}/default`,
          [was.default, is.default],
          `${nameOf(pointer)}: ${surface === 'input' ? 'callers that do not send it may get something else' : 'consumers may assume something else'}`,
        );
    }
  });
  if (changes.length > 0) return changes;
  return gatherChanges(schemaRules, (note) =>
    note(
      `contract.${surface}.rewritten`,
      path,
      [undefined, undefined],
      'it is written otherwise, to the same effect',
    ),
  );
}

function inTime(direction: Direction, difference: SchemaDifference): SchemaChange {
  const { wider, narrower } = difference;
  const [before, after] = direction === 'narrowed' ? [wider, narrower] : [narrower, wider];
  return { ...difference, direction, before, after };
}

function isMember(pointer: string): boolean {
  return /\/properties\/[^/]*$/.test(pointer);
}

function parentOf(pointer: string): string {
  return pointer.replace(/\/properties\/[^/]*$/, '');
}
