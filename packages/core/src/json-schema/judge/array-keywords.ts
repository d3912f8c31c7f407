import type { JsonValue } from '../../json.ts';
import { hasEqualItems } from '../equal-values.ts';
import type { Judgement } from './judgement.ts';
import { itemList, itemsRule, sizeOfArray, type Keyword } from './keyword.ts';
import { count } from './write-value.ts';

type Items = readonly JsonValue[];

export const arrayKeywords: readonly Keyword[] = [
  {
    name: 'minItems',
    check: sizeOfArray((least, { length }, judgement) => {
      if (length < least)
        judgement.fail(() => `must have at least ${count(least, 'item')}, but has ${length}`);
    }),
  },
  {
    name: 'maxItems',
    check: sizeOfArray((most, { length }, judgement) => {
      if (length > most) judgement.fail(() => `must have at most ${count(most, 'item')}, but has ${length}`);
    }),
  },
  {
    name: 'uniqueItems',
    check: itemsRule((isOn, items, judgement) => {
      if (isOn === true && hasEqualItems(items, judgement.judge.work))
        judgement.fail(() => 'must not have two equal items');
    }),
  },
  { name: 'prefixItems', only: '2020-12', check: itemList(demandFirst) },
  {
    name: 'items',
    only: '2020-12',
    check: itemsRule((schema, items, judgement) => {
      const { prefixItems } = judgement.schema;
      demandFrom(Array.isArray(prefixItems) ? prefixItems.length : 0, schema, items, judgement);
    }),
  },
  {
    name: 'items',
    only: 'draft-07',
    check: itemsRule((schemas, items, judgement) => {
      if (Array.isArray(schemas)) demandFirst(schemas, items, judgement);
      else demandFrom(0, schemas, items, judgement);
    }),
  },
  {
    name: 'additionalItems',
    only: 'draft-07',
    check: itemsRule((schema, items, judgement) => {
      const first = judgement.schema['items'];
      if (Array.isArray(first)) demandFrom(first.length, schema, items, judgement);
    }),
  },
  { name: 'contains', check: itemsRule(checkContains) },
];

export const unevaluatedItems: Keyword = {
  name: 'unevaluatedItems',
  only: '2020-12',
  check: itemsRule((schema, items, judgement) => {
    const seen = judgement.seen!;
    for (const [index, item] of items.entries()) {
      if (seen.isCertain && seen.hasItem(index)) continue;
      judgement.judge.work.spend(1);
      if (seen.isCertain) judgement.demandPart(schema, item, index);
      else if (judgement.considerPart(schema, item, index, true).verdict !== true) judgement.doubt();
      if (judgement.isDecided) break;
    }
    seen.firstItems = items.length;
  }),
};

/** A schema for each of the first items. */
function demandFirst(schemas: Items, items: Items, judgement: Judgement): void {
  const length = Math.min(schemas.length, items.length);
  for (let index = 0; index < length && !judgement.isDecided; index += 1)
    judgement.demandPart(schemas[index]!, items[index]!, index);
  markFirst(length, judgement);
}

/** One schema for all items from an index on. */
function demandFrom(start: number, schema: JsonValue, items: Items, judgement: Judgement): void {
  markFirst(items.length, judgement);
  if (schema === true) return;
  for (let index = start; index < items.length && !judgement.isDecided; index += 1)
    judgement.demandPart(schema, items[index]!, index);
}

function markFirst(length: number, { seen }: Judgement): void {
  if (seen !== undefined) seen.firstItems = Math.max(seen.firstItems, length);
}

function checkContains(schema: JsonValue, items: Items, judgement: Judgement): void {
  const is2020 = judgement.standpoint.scope.resource.dialect === '2020-12';
  const { minContains, maxContains } = is2020 ? judgement.schema : {};
  const least = typeof minContains === 'number' ? minContains : 1;
  const most = typeof maxContains === 'number' ? maxContains : Infinity;
  let [fitting, doubts] = [0, 0];
  for (const [index, item] of items.entries()) {
    const { verdict } = judgement.considerPart(schema, item, index, true);
    if (verdict === false) continue;
    if (verdict === true) fitting += 1;
    else doubts += 1;
    judgement.seen?.indexes.add(index);
  }
  if (doubts > 0 && judgement.seen !== undefined) judgement.seen.isCertain = false;
  const says = (limit: string): string =>
    `must have ${limit} under the schema in contains, but has ${fitting}`;
  if (fitting > most) judgement.fail(() => says(`at most ${count(most, 'item')}`));
  else if (fitting + doubts < least) judgement.fail(() => says(`at least ${count(least, 'item')}`));
  else if (fitting < least || fitting + doubts > most) judgement.doubt();
}
