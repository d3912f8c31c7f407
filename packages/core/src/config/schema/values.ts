import { isIP } from 'node:net';
import { z } from 'zod';
import type { JsonValue } from '../../json.ts';
import { durationMs, isTimezone } from '../times.ts';

/** Any JSON value. The tree a configuration is read into holds nothing else, so there is nothing to check. */
export const json = z.unknown() as z.ZodType<JsonValue>;
/** A mapping of JSON values by text. */
export const jsonObject = z.record(z.string(), json);
export const seconds = () => z.number().positive();
export const positiveInteger = () => z.number().int().positive();
export const name = () => z.string().min(1);
/** A file or directory, relative to the configuration. */
export const path = () => z.string().min(1);
/** Where we listen; 0 is any free port. */
export const listenPort = () => z.number().int().min(0).max(65_535);
export const httpUrl = () => z.url({ protocol: /^https?$/ });
/** CIDR notation: `10.0.0.0/8`, `fd00::/8`. */
export const network = () =>
  z.string().refine(isNetwork, 'Expected a network in CIDR notation, such as 10.0.0.0/8');
const wantsDuration = 'Expected a duration such as 30s, 15m, 12h or 7d';
/** `30s`, `15m`, `12h`, `7d`. */
export const duration = () =>
  z
    .string({ error: wantsDuration })
    .refine((text) => durationMs(text) !== undefined, wantsDuration);
export const timezone = () =>
  z.string().refine(isTimezone, 'Expected the IANA name of a time zone, such as Europe/Berlin or UTC');

function isNetwork(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  // A zone names an interface of one machine.
  return rest.length === 0 && !address.includes('%') && /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest;
}
