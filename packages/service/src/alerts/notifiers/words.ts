import { count } from '@mcp-test-harness/report/text';
import type { Message } from '../define.ts';

export const symbols = { critical: '🔴', warning: '🟡', info: '🟢' } as const satisfies Readonly<
  Record<Message['severity'], string>
>;

/** One title for what goes out together. */
export function titleOfAll(messages: readonly Message[]): string {
  const [first] = messages;
  const title = first?.title ?? '';
  return messages.length <= 1 ? title : `${title}, and ${count(messages.length - 1, 'more notification')}`;
}
