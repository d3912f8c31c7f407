import { z } from 'zod';
import type { JsonValue } from '../store/index.ts';
import type { Message } from './define.ts';

const schema = z.object({
  id: z.string(),
  kind: z.enum(['failure', 'recovery', 'regression', 'summary']),
  severity: z.enum(['info', 'warning', 'critical']),
  title: z.string(),
  lines: z.array(z.string()),
  at: z.number(),
  runId: z.string().optional(),
  reportPath: z.string().optional(),
  url: z.string().optional(),
}) satisfies z.ZodType<Message>;

/** A message as the store keeps it. */
export function toPayload(message: Message): JsonValue {
  // Leaves out what is undefined.
  return JSON.parse(JSON.stringify(message)) as JsonValue;
}

/** The message of a notification; undefined for what is none: another version may have written it. */
export function readPayload(payload: JsonValue): Message | undefined {
  return schema.safeParse(payload).data;
}
