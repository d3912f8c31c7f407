/** A form of string: how it is called in a sentence, and what is wrong with a string ('' when there is nothing more to say). */
export interface Format {
  readonly description: string;
  findFault(text: string): string | undefined;
}

const byPattern = (pattern: RegExp) => (text: string) => (pattern.test(text) ? undefined : '');

/** https://www.rfc-editor.org/rfc/rfc3986: scheme, then only characters that a URI may hold, percent signs encoded. */
const uri = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** The HTML standard's definition of a valid address, with a domain of at least one label. */
const email =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
/** https://www.rfc-editor.org/rfc/rfc3339#section-5.6. */
const dateTime = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))$/;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

export const formatNames = ['uri', 'uuid', 'date-time', 'email', 'base64', 'json'] as const;
export type FormatName = (typeof formatNames)[number];

/** The formats by name. Every check takes time linear in the text. */
export const formats: Readonly<Record<FormatName, Format>> = {
  uri: { description: 'an absolute URI', findFault: byPattern(uri) },
  uuid: { description: 'a UUID', findFault: byPattern(uuid) },
  'date-time': { description: 'an RFC 3339 date and time', findFault: findDateTimeFault },
  email: {
    description: 'an email address',
    findFault: (text) => (text.length > 320 ? 'it is longer than 320 characters' : byPattern(email)(text)),
  },
  base64: { description: 'Base64 text', findFault: findBase64Fault },
  json: { description: 'JSON text', findFault: findJsonFault },
};

function findDateTimeFault(text: string): string | undefined {
  const parts = dateTime.exec(text);
  if (parts === null)
    return /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?$/.test(text) ? 'it has no time zone' : '';
  const [year, month, day, hour, minute, second, zoneHour, zoneMinute] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12) return `there is no month ${month}`;
  if (day < 1 || day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()) {
    return `there is no day ${day} in that month`;
  }
  if (hour > 23 || minute > 59 || second > 60) return 'there is no such time of day';
  if (zoneHour > 23 || zoneMinute > 59) return 'there is no such time zone';
  return undefined;
}

function findBase64Fault(text: string): string | undefined {
  if (!base64.test(text)) return /^[A-Za-z0-9_-]*={0,2}$/.test(text) ? 'it is the URL-safe variant' : '';
  return text.length % 4 === 0 ? undefined : 'its length is no multiple of 4 (padding is missing)';
}

function findJsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}
