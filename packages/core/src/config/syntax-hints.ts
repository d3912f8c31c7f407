import type { Span } from './source.ts';

/** A fault as the YAML parser reports it. */
export interface SyntaxFault {
  readonly code: string;
  readonly message: string;
}

export interface ExplainedSyntax {
  readonly message: string;
  readonly hint: string | undefined;
  /** What to point at; the fault's own place, or the better one. */
  readonly span: Span;
}

/** Puts a fault of the YAML parser into words that say how to mend it. The first rule that fits speaks. */
export function explainSyntax(fault: SyntaxFault, span: Span): ExplainedSyntax {
  const { text } = span.source;
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const nextBreak = text.indexOf('\n', span.start);
  const line = text.slice(lineStart, nextBreak === -1 ? text.length : nextBreak);
  for (const rule of rules) {
    const explained = rule(fault, { span, line, lineStart });
    if (explained !== undefined) return { span, ...explained };
  }
  return { message: lowerFirst(fault.message), hint: undefined, span };
}

interface Scene {
  readonly span: Span;
  readonly line: string;
  readonly lineStart: number;
}

type Rule = (
  fault: SyntaxFault,
  scene: Scene,
) => { readonly message: string; readonly hint: string; readonly span?: Span } | undefined;

const reservedStart =
  /Plain value cannot start with (?:reserved character|directive indicator character) (.)/;

const rules: readonly Rule[] = [
  ({ code }) =>
    code === 'TAB_AS_INDENT'
      ? {
          message: 'a tab is used for indentation',
          hint: 'YAML allows only spaces there: replace the tab by spaces.',
        }
      : undefined,
  ({ code }, { span, line, lineStart }) => {
    // Inside [ ] and { } an unquoted ${...} ends at its brace.
    const flow = /[[{,]\s*(\$\{[^}]*\})/.exec(line);
    if (flow?.[1] === undefined || code === 'TAB_AS_INDENT') return undefined;
    const start = lineStart + flow.index + flow[0].length - flow[1].length;
    return flowReference(flow[1], { source: span.source, start, end: start + flow[1].length });
  },
  ({ code }, { span, line, lineStart }) => {
    const flow = /[[{].*?:\s+(\$\{[^}]*\})/.exec(line);
    if (flow?.[1] === undefined || !/MISSING_CHAR|UNEXPECTED_TOKEN|BAD_INDENT/.test(code)) return undefined;
    const start = lineStart + flow.index + flow[0].length - flow[1].length;
    return flowReference(flow[1], { source: span.source, start, end: start + flow[1].length });
  },
  ({ message }, { span }) => {
    const character = reservedStart.exec(message)?.[1];
    if (character === undefined) return undefined;
    const word = /^[^\s,\]}]+/.exec(span.source.text.slice(span.start))?.[0] ?? character;
    return {
      message: `an unquoted text cannot begin with ${character}`,
      hint: `Put it in quotes: "${word}".`,
      span: { ...span, end: span.start + word.length },
    };
  },
  ({ code }, { line }) => {
    const dash = /^\s*-[^\s-]/.exec(line);
    return dash !== null && /IMPLICIT_KEY|UNEXPECTED_TOKEN/.test(code)
      ? {
          message: 'a list item needs a space after its dash',
          hint: `Write "- ${line.trim().slice(1, 20)}".`,
        }
      : undefined;
  },
  ({ code, message }, { line }) => {
    const nested = code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'BLOCK_IN_FLOW';
    const value = /:\s+(?:[^"'\s].*?:\s.*|.*?:\s.*)$/.test(line);
    return nested && value && !message.includes('flow collections are not')
      ? {
          message: 'a second ": " stands in this line',
          hint: 'A text that holds ": " must stand in quotes; a nested mapping begins on the next line.',
        }
      : undefined;
  },
  ({ code }, { line }) =>
    /IMPLICIT_KEY/.test(code) && /^\s*[\w-]+:\S/.test(line)
      ? { message: 'a key needs a space after its colon', hint: `Write "${line.trim().replace(/:/, ': ')}".` }
      : undefined,
  ({ code }, scene) =>
    /IMPLICIT_KEY|BAD_INDENT/.test(code)
      ? {
          message: 'the indentation does not fit what is above',
          hint: 'Keys of one mapping, and dashes of one list, stand in the same column; a key that has a value of its own holds no mapping.',
          span: code === 'BAD_INDENT' ? scene.span : deeperLine(scene),
        }
      : undefined,
  ({ code, message }, { span }) =>
    code === 'MISSING_CHAR' && message.includes('quote')
      ? {
          message: 'a quoted text is never closed',
          hint: 'Add the closing quote.',
          span: openingQuote(span, message.includes('"') ? '"' : "'"),
        }
      : undefined,
  ({ message }) =>
    message.startsWith('Unexpected scalar at node end')
      ? {
          message: 'text follows a value that was already complete',
          hint: "Put the whole text in quotes; inside '…' a single quote is doubled: 'it''s'.",
        }
      : undefined,
  ({ code, message }, { span }) =>
    code === 'BAD_DQ_ESCAPE'
      ? {
          span: { ...span, end: span.start + 2 },
          message: lowerFirst(message),
          hint: 'In "…" a backslash begins an escape: write \\\\ for one, or use single quotes, where it is just a character.',
        }
      : undefined,
  ({ code, message }) =>
    code === 'TAG_RESOLVE_FAILED'
      ? {
          message: `the tag ${message.replace(/^.*: /, '')} is not known`,
          hint: 'Tags are not used here; put a text that begins with ! in quotes.',
        }
      : undefined,
];

/** The first word of the next line when that line is the deeper one, which the parser took as part of this. */
function deeperLine({ span, line, lineStart }: Scene): Span {
  const { text } = span.source;
  const next = /^\n?([ \t]*)(\S+)/.exec(text.slice(lineStart + line.length));
  if (next === null || (next[1] ?? '').length <= line.length - line.trimStart().length) return span;
  const start = lineStart + line.length + next[0].length - (next[2] ?? '').length;
  return { source: span.source, start, end: start + (next[2] ?? '').length };
}

/** The quote that opens a text never closed: the first in a line with an odd number of them. */
function openingQuote(span: Span, quote: string): Span {
  const { text } = span.source;
  let lineStart = 0;
  for (const line of text.split('\n')) {
    const bare = line.replaceAll(/\\./g, '  ');
    const at = bare.search(new RegExp(`(^|[\\s:,[{-])${quote}`));
    if (at !== -1 && (bare.split(quote).length - 1) % 2 === 1) {
      const start = lineStart + bare.indexOf(quote, at);
      return { source: span.source, start, end: lineStart + line.trimEnd().length };
    }
    lineStart += line.length + 1;
  }
  return span;
}

function flowReference(reference: string, span: Span): { message: string; hint: string; span: Span } {
  return {
    message: `${reference} stands unquoted inside [ ] or { }`,
    hint: `Put it in quotes: "${reference}". The braces would end the list or mapping.`,
    span,
  };
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}
