import { isJsonObject } from '../../json.ts';

const limitCharacters = 200;
const listLimitCharacters = 1000;

/** A value as JSON, cut at 200 characters; the rest of a large one is not even looked at. */
export function quote(value: unknown): string {
  let text = '';
  const write = (part: unknown): void => {
    if (text.length > limitCharacters) return;
    if (typeof part === 'string') text += JSON.stringify(part.slice(0, limitCharacters + 1));
    else if (Array.isArray(part)) writeAll('[', part.entries(), ([, item]) => write(item), ']');
    else if (isJsonObject(part)) writeAll('{', namesOf(part), (name) => writeMember(name, part[name]), '}');
    else text += JSON.stringify(part) ?? 'undefined';
  };
  const writeAll = <Part>(
    start: string,
    parts: Iterable<Part>,
    writePart: (part: Part) => void,
    end: string,
  ): void => {
    text += start;
    let separator = '';
    for (const part of parts) {
      if (text.length > limitCharacters) return;
      text += separator;
      separator = ',';
      writePart(part);
    }
    text += end;
  };
  const writeMember = (name: string, member: unknown): void => {
    write(name);
    text += ':';
    write(member);
  };
  write(value);
  return text.length > limitCharacters ? `${text.slice(0, limitCharacters)}…` : text;
}

/** Values as JSON, separated by commas, as many as are good to read. */
export function quoteAll(values: readonly unknown[]): string {
  let text = '';
  for (const value of values) {
    if (text.length > listLimitCharacters) return `${text}, …`;
    text += `${text === '' ? '' : ', '}${quote(value)}`;
  }
  return text;
}

/** The name of a value's JSON type. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** `1 item`, `2 items`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function* namesOf(value: object): Generator<string> {
  for (const name in value) if (Object.hasOwn(value, name)) yield name;
}
