import { isIPv4, isIPv6 } from 'node:net';
import { isUri, isUriReference, isUriTemplate } from './uri-formats.ts';

type TextCheck = (text: string) => boolean;

/** The formats of texts that are checked, each in linear time: no expression here can match one text in two ways. */
const textFormats: ReadonlyMap<string, TextCheck> = new Map(
  Object.entries({
    date: isDate,
    time: isTime,
    'date-time': isDateTime,
    'iso-time': (text) => isTime(text) || isTime(`${text}Z`),
    'iso-date-time': (text) => isDateTime(text) || isDateTime(`${text}Z`),
    duration: matches(
      /^P(?:\d+W|(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/,
    ),
    email: isEmail,
    hostname: isHostname,
    ipv4: isIPv4,
    ipv6: (text) => isIPv6(text) && !text.includes('%'),
    uri: isUri,
    'uri-reference': isUriReference,
    'uri-template': isUriTemplate,
    url: (text) => isUri(text) && /^(?:https?|ftp):\/\/[^/?#]/i.test(text),
    uuid: matches(/^(?:urn:uuid:)?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i),
    'json-pointer': isJsonPointer,
    'json-pointer-uri-fragment': (text) =>
      text.startsWith('#') && isUriReference(text) && isJsonPointer(text.slice(1)),
    'relative-json-pointer': (text) => {
      const rest = /^(?:0|[1-9]\d*)(.*)$/s.exec(text)?.[1];
      return rest !== undefined && (rest === '#' || isJsonPointer(rest));
    },
    regex: isRegex,
    byte: (text) => text.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(text),
  } satisfies Record<string, TextCheck>),
);

const numberFormats: ReadonlyMap<string, (value: number) => boolean> = new Map([
  ['int32', (value: number) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31],
  ['int64', (value: number) => Number.isInteger(value)],
]);

/** Whether a value is in a format; an unknown format is an annotation, as the standard says. */
export function fitsFormat(format: string, value: string | number): boolean {
  return typeof value === 'string'
    ? (textFormats.get(format)?.(value) ?? true)
    : (numberFormats.get(format)?.(value) ?? true);
}

/** The type of values that a format judges; undefined for a format that is not known. */
export function typeOfFormat(format: string): 'string' | 'number' | undefined {
  if (textFormats.has(format)) return 'string';
  return numberFormats.has(format) ? 'number' : undefined;
}

function matches(pattern: RegExp): TextCheck {
  return (text) => pattern.test(text);
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined || month < 1 || month > 12) return false;
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (isLeapYear ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day >= 1 && day <= days;
}

function isTime(text: string): boolean {
  const parts = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|([+-])(\d\d)(?::?(\d\d))?)$/i.exec(text);
  if (parts === null) return false;
  const [hour, minute, second] = parts.slice(1, 4).map(Number) as [number, number, number];
  const [offsetHours, offsetMinutes] = [Number(parts[5] ?? 0), Number(parts[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHours > 23 || offsetMinutes > 59) return false;
  // A leap second is the last one of a day in UTC.
  const offset = (offsetHours * 60 + offsetMinutes) * (parts[4] === '-' ? -1 : 1);
  return second < 60 || (hour * 60 + minute - offset + 1440) % 1440 === 1439;
}

function isDateTime(text: string): boolean {
  return /^.{10}[t\s]/i.test(text) && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  if (local === '' || /[^\w!#$%&'*+/=?^`{|}~.-]|^\.|\.\.|\.$/.test(local)) return false;
  return domain.includes('.') && !domain.endsWith('.') && isHostname(domain);
}

function isHostname(text: string): boolean {
  if (text.length > 254) return false;
  const labels = text.replace(/\.$/, '').split('.');
  return text.length - Number(text.endsWith('.')) <= 253 && labels.every(isLabel);
}

function isLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/i.test(text);
}

function isJsonPointer(text: string): boolean {
  return (text === '' || text.startsWith('/')) && !/~(?![01])/.test(text);
}

function isRegex(text: string): boolean {
  try {
    const { source } = new RegExp(text);
    // The end of a text elsewhere, and a letter here.
    return !/[^\\]\\Z/.test(source);
  } catch {
    return false;
  }
}
