import { cleanLine } from '@mcp-test-harness/core/clean-text';
import { count } from '@mcp-test-harness/report/text';
import type { SlackSettings } from '../../settings/define.ts';
import type { Message } from '../define.ts';
import { symbols, titleOfAll } from './words.ts';

/** What Slack takes as the body of an incoming webhook. */
interface SlackPayload {
  /** What notifications of the client show; all there is in mode `legacy`. */
  readonly text: string;
  readonly blocks?: readonly SlackBlock[];
  readonly channel?: string;
}

type SlackBlock =
  | { readonly type: 'section'; readonly text: SlackText }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] };

interface SlackText {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** No links are made of what looks like a URL, a channel or a mention. */
  readonly verbatim: true;
}

/** A section takes 3000 characters, a message 50 blocks. */
const sectionCharacters = 2900;
/** So many are told in full, those after them by their titles. */
const mostInFull = 10;
const legacyCharacters = 12_000;

/** Messages as Slack shows them, or servers that are like it: those know no blocks, and obey a channel. */
export function renderSlack(
  messages: readonly Message[],
  { mode, channel }: Pick<SlackSettings, 'mode' | 'channel'>,
): SlackPayload {
  if (mode === 'legacy') {
    const text = fit(messages.map(inFull), legacyCharacters);
    return { text, ...(channel === undefined ? {} : { channel }) };
  }
  const first = messages
    .slice(0, mostInFull)
    .flatMap((message): readonly SlackBlock[] => [
      section(inFull(message)),
      { type: 'context', elements: [markdown(contextOf(message))] },
    ]);
  const others = messages.slice(mostInFull);
  const titles = others.length === 0 ? [] : [section(fit(others.map(titleLine), sectionCharacters))];
  return { text: escapeSlack(titleOfAll(messages)), blocks: [...first, ...titles] };
}

/** Nothing that stands in it is a mention, a link, an entity or the end of a fence, whoever wrote it. */
function escapeSlack(text: string): string {
  return cleanLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@\u2060')
    .replaceAll('`', '\u02CB');
}

function titleLine({ severity, title }: Message): string {
  return `${symbols[severity]} *${escapeSlack(title).replaceAll('*', '∗')}*`;
}

/** The title, and the lines as they are: between fences Slack looks for no formatting. */
function inFull(message: Message): string {
  const title = titleLine(message);
  if (message.lines.length === 0) return title;
  const lines = message.lines.map(escapeSlack);
  return `${title}\n\`\`\`\n${fit(lines, sectionCharacters - title.length - 40)}\n\`\`\``;
}

function contextOf({ at, url }: Message): string {
  // Slack shows it in the reader's own time zone.
  const when = `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${new Date(at).toISOString()}>`;
  return url !== undefined && /^https?:\/\/[^\s<>|]+$/.test(url) ? `${when}  <${url}|Open the run>` : when;
}

function section(text: string): SlackBlock {
  return { type: 'section', text: markdown(text) };
}

function markdown(text: string): SlackText {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** As many whole lines as there is room for, and how many are missing. */
function fit(lines: readonly string[], characters: number): string {
  const kept: string[] = [];
  let room = characters;
  for (const line of lines) {
    room -= line.length + 1;
    if (room < 0) return [...kept, `… and ${count(lines.length - kept.length, 'more line')}`].join('\n');
    kept.push(line);
  }
  return kept.join('\n');
}
