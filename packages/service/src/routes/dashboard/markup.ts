import { escapeHtml } from '@mcp-test-harness/report/html';

/** HTML in which every foreign part has been escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Markup | string | number | undefined | readonly Part[];

/** HTML as it is written here; what is put into it is escaped unless it is markup itself. For elements and quoted attributes. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    strings.map((text, index) => `${text}${index < parts.length ? render(parts[index]) : ''}`).join(''),
  );
}

/** What was rendered by the reports, which escape by themselves. */
export function rendered(text: string): Markup {
  return new Markup(text);
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeHtml(String(part));
}
