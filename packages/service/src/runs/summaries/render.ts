import { cleanLine } from '@mcp-test-harness/core/clean-text';
import { inlineCode } from '@mcp-test-harness/report';
import {
  definitionList,
  escapeHtml,
  escapeProse,
  renderPage,
  reportStyle,
  type PageSection,
} from '@mcp-test-harness/report/html';
import type { SummaryDocument } from './define.ts';
import { factsOf, headlineOf, tablesOf, titleOf, type SummaryTable } from './words.ts';

/** `terminal` is for screens, the others for files. */
export type SummaryFormat = 'json' | 'markdown' | 'html' | 'terminal';

/** What files of a format end with. */
export const summaryFiles = { json: 'json', markdown: 'md', html: 'html' } as const satisfies Partial<
  Record<SummaryFormat, string>
>;

/** @param version of the harness, for the foot of the page */
export function renderSummary(document: SummaryDocument, format: SummaryFormat, version: string): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(document, undefined, 2)}\n`;
    case 'markdown':
      return renderMarkdown(document);
    case 'html':
      return [...renderHtml(document, version)].join('');
    case 'terminal':
      return renderTerminal(document);
  }
}

function renderTerminal(document: SummaryDocument): string {
  const { trends } = document;
  const facts = factsOf(document).map(([name, value]) => `  ${name.padEnd(8)}${value}`);
  const blocks = [
    [`${titleOf(document)}: ${headlineOf(document)}`, ...facts],
    ...tablesOf(document).map(terminalTable),
    ...(trends.length === 0 ? [] : [['Trends', ...trends.map((line) => `  ${cleanLine(line)}`)]]),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function terminalTable({ title, columns, rows }: SummaryTable): readonly string[] {
  const lines = [columns.map(({ name }) => name), ...rows.map((cells) => cells.map(cleanLine))];
  const widths = columns.map((_, index) => Math.max(...lines.map((cells) => cells[index]?.length ?? 0)));
  return [
    title,
    ...lines.map((cells) =>
      `  ${cells
        .map((cell, index) => {
          const width = widths[index] ?? 0;
          return columns[index]?.isNumber === true ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')}`.trimEnd(),
    ),
  ];
}

/** Names and messages are foreign text: code, in which no markup is. */
function renderMarkdown(document: SummaryDocument): string {
  const { trends } = document;
  return [
    `# ${titleOf(document)}\n\n${headlineOf(document)}.\n`,
    ...factsOf(document).map(([name, value]) => `- ${name}: ${value}`),
    ...tablesOf(document).map(markdownTable),
    ...(trends.length === 0
      ? []
      : [`\n## Trends\n\n${trends.map((line) => `- ${inlineCode(line)}`).join('\n')}`]),
    '',
  ].join('\n');
}

function markdownTable({ title, columns, rows }: SummaryTable): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `\n## ${title}\n`,
    row(columns.map(({ name }) => name)),
    row(columns.map(({ isNumber }) => (isNumber ? '---:' : ':---'))),
    ...rows.map((cells) =>
      row(cells.map((cell, index) => (columns[index]?.isNumber === true ? cell : inlineCode(cell)))),
    ),
  ].join('\n');
}

function renderHtml(document: SummaryDocument, version: string): Iterable<string> {
  const { trends } = document;
  const sections: PageSection[] = tablesOf(document).map((table) => ({
    id: table.id,
    title: table.title,
    amount: table.rows.length,
    parts: [htmlTable(table)],
  }));
  if (trends.length > 0)
    sections.push({
      id: 'trends',
      title: 'Trends',
      amount: trends.length,
      parts: [`<ul class="plain">${trends.map((line) => `<li>${escapeProse(line)}</li>`).join('')}</ul>`],
    });
  const isWell = document.runs.total === document.runs.passed && !document.servers.some(isDown);
  return renderPage({
    title: titleOf(document),
    iconColor: isWell ? '1a7f37' : 'cf222e',
    style: reportStyle,
    // The page is whole without one.
    script: '',
    header: `<header class="page-header"><p class="product">MCP Test Harness</p>
<h1>${escapeHtml(titleOf(document))}</h1>
<p>${escapeHtml(headlineOf(document))}</p>
${definitionList(
  'facts',
  factsOf(document).map(([name, value]) => [name, escapeHtml(value)] as const),
)}
</header>`,
    sections,
    harnessVersion: version,
  });
}

function isDown({ state }: SummaryDocument['servers'][number]): boolean {
  return state === 'down';
}

function htmlTable({ title, columns, rows }: SummaryTable): string {
  const kind = (index: number): string => (columns[index]?.isNumber === true ? ' class="number"' : '');
  const head = columns.map(({ name }, index) => `<th scope="col"${kind(index)}>${name}</th>`).join('');
  const body = rows
    .map(
      (cells) =>
        `<tr>${cells.map((cell, index) => `<td${kind(index)}>${escapeProse(cell)}</td>`).join('')}</tr>`,
    )
    .join('');
  return `<table aria-label="${title}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}
