/* oxlint-disable no-control-regex -- control characters are what this file is about */
/** Everything between a CSI/OSC/DCS introducer and its end, and two-byte escapes (ECMA-48). */
const escapeSequence =
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|\u001B[\]PX^_][^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?|\u001B[ -/]*[0-~]/g;
/**
 * Control characters but tab and newline, those that turn the direction of text around (CVE-2021-42574), and those that
 * have no width and so hide what they stand in: joiners only where they do not stand between letters beyond ASCII or emoji,
 * which need them.
 */
const unseen =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF\u{E0000}-\u{E007F}]|(?<!(?![\0-~])[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200C\u200D]|[\u200C\u200D](?!(?![\0-~])[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])/gu;
/** Anything that may have to be changed. */
const suspicious =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uD800-\uDFFF\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF\u{E0000}-\u{E007F}]/u;

/**
 * Makes text that a server sent safe to look at: terminal sequences are dropped, line ends become `\n`, other control,
 * direction and zero-width characters become visible, lone surrogates U+FFFD. What is left is valid in XML 1.0, HTML and a terminal.
 */
export function cleanText(text: string): string {
  if (!suspicious.test(text)) return text;
  return text.replace(escapeSequence, '').replace(/\r\n?/g, '\n').replace(unseen, makeVisible).toWellFormed();
}

function makeVisible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** As {@link cleanText}, on one line: runs of white space with a line break in them become one space. */
export function cleanLine(text: string): string {
  return cleanText(text)
    .replace(/[\t ]*\n\s*/g, ' ')
    .trim();
}
