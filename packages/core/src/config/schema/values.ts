import { z } from 'zod';
import type { JsonValue } from '../../json.ts';

/** Any JSON value. The tree a configuration is read into holds nothing else, so there is nothing to check. */
export const json = z.unknown() as z.ZodType<JsonValue>;
/** A mapping of JSON values by text. */
export const jsonObject = z.record(z.string(), json);
export const seconds = () => z.number().positive();
export const positiveInteger = () => z.number().int().positive();
export const name = () => z.string().min(1);
