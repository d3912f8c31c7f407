/* oxlint-disable no-control-regex -- control characters are what this file is about */
/** Everything between a CSI/OSC/DCS introducer and its end, and two-byte escapes (ECMA-48). */
const escapeSequence =
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|\u001B[\]PX^_][^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?|\u001B[ -/]*[0-~]/g;
/** Control characters but tab and newline, and those that turn the direction of text around (CVE-2021-42574). */
const unseen =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/g;
const suspicious =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uD800-\uDFFF\uFEFF\uFFFE\uFFFF]/;

/**
 * Makes text that a server sent safe to look at: terminal sequences are dropped, line ends become `\n`, other control and
 * direction characters become visible, lone surrogates U+FFFD. What is left is valid in XML 1.0, HTML and a terminal.
 */
export function cleanText(text: string): string {
  if (!suspicious.test(text)) return text;
  return text.replace(escapeSequence, '').replace(/\r\n?/g, '\n').replace(unseen, makeVisible).toWellFormed();
}

function makeVisible(character: string): string {
  const code = character.charCodeAt(0);
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
