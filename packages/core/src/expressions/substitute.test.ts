import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.ts';
import { substituteTemplates } from './substitute.ts';

const values: Readonly<Record<string, JsonValue>> = {
  name: 'Ada',
  port: 8080,
  on: true,
  none: null,
  empty: '',
  list: [1, 'two'],
  user: { id: 7, tags: ['x'] },
  sly: '${name}',
};
const lookup = (name: string) => values[name];

describe('substituteTemplates', () => {
  it.each<[JsonValue, JsonValue]>([
    ['${name}', 'Ada'],
    ['hello ${name}!', 'hello Ada!'],
    ['${port}', 8080],
    [':${port}', ':8080'],
    ['${on}', true],
    ['${none}', null],
    ['${list}', [1, 'two']],
    ['l=${list}', 'l=[1,"two"]'],
    ['${user.id}', 7],
    ['${user.tags[0]}', 'x'],
    ['${missing:-there}', 'there'],
    ['${empty:-there}', 'there'],
    ['${none:-there}', 'there'],
    ['${user.missing:-there}', 'there'],
    ['${name:?never}', 'Ada'],
    ['$${name}', '${name}'],
    ['a $${ b', 'a ${ b'],
    ['$5 {x}', '$5 {x}'],
    [{ a: ['${name}', 1] }, { a: ['Ada', 1] }],
    [{ '${name}': 1 }, { '${name}': 1 }],
  ])('%j → %j', (template, expected) => {
    expect(substituteTemplates(template, lookup)).toEqual(expected);
  });

  it('does not scan what it inserted', () => {
    expect(substituteTemplates('<${sly}>', lookup)).toBe('<${name}>');
    expect(substituteTemplates('${sly}', lookup)).toBe('${name}');
  });

  it('returns untouched parts themselves', () => {
    const untouched = { a: [1, { b: 'c' }] };
    const value: JsonValue = { untouched, touched: '${name}' };
    expect(substituteTemplates(untouched, lookup)).toBe(untouched);
    expect((substituteTemplates(value, lookup) as { untouched: unknown }).untouched).toBe(untouched);
  });

  it.each([
    ['${missing}', '${missing} is not set'],
    ['${missing:?give one}', 'missing is not set: give one'],
    ['${empty:?}', 'empty is not set'],
    ['${user.name}', '${user.name}: user has no member "name"; it has id, tags'],
    ['${user.tags[3].x}', '${user.tags[3].x}: user.tags has no item [3]; it has 1 item'],
    ['${user.id.x}', '${user.id.x}: user.id has no member "x"; it is 7'],
    ['${list.length}', '${list.length}: list has no member "length"; it has 2 items'],
    ['${user.constructor}', 'user has no member "constructor"'],
  ])('names what is missing in %s', (template, message) => {
    expect(() => substituteTemplates(template, lookup)).toThrow(
      expect.objectContaining({ code: 'CONFIG_VARIABLE_UNSET', message: expect.stringContaining(message) }),
    );
  });

  describe('with deferred names', () => {
    const later = { deferred: new Set(['later']) };

    it('leaves their references and substitutes the others', () => {
      expect(substituteTemplates('${later.result.id} ${name}', lookup, later)).toBe('${later.result.id} Ada');
      expect(substituteTemplates('${later}', lookup, later)).toBe('${later}');
    });

    it('keeps literals and inserted text from being taken for references by the pass to come', () => {
      const template = '$${x} ${sly} ${later}';
      const first = substituteTemplates(template, lookup, later);
      expect(substituteTemplates(first, (name) => (name === 'later' ? '${boo}' : undefined))).toBe(
        '${x} ${name} ${boo}',
      );
    });

    it('two passes give what one would, for any text and values', () => {
      const piece = fc.oneof(
        fc.constantFrom('${now}', '${later}', '$${', '{', '}', ' ', '$${now}', '${now:-d}'),
        fc.string({ maxLength: 4 }).map((text) => text.replaceAll('$', '')),
      );
      const safe = fc.string().map((text) => text.replaceAll(/\$+$/g, ''));
      fc.assert(
        fc.property(fc.array(piece), safe, safe, (pieces, now, then) => {
          const template = pieces.join('');
          const both = (name: string) => ({ now, later: then })[name];
          const first = substituteTemplates(template, both, later);
          expect(substituteTemplates(first, both)).toEqual(substituteTemplates(template, both));
        }),
      );
    });
  });

  it('leaves expressions to their own pass and disarms inserted ones', () => {
    expect(substituteTemplates('${{ env.X }} ${name}', lookup)).toBe('${{ env.X }} Ada');
    expect(substituteTemplates('${evil}', () => 'a ${{ env.SECRET }}')).toBe('a $${{ env.SECRET }}');
    expect(substituteTemplates('$${{ x }}', lookup)).toBe('$${{ x }}');
  });
});
