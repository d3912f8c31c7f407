/* oxlint-disable no-control-regex -- control characters are what this file is about */

/**
 * Text of a server for a terminal: control characters, with which it could move the cursor or rename the window, become
 * visible. Line feeds and tabs stay with `multiline`.
 */
export function visible(text: string, options: { readonly multiline?: boolean } = {}): string {
  const pattern =
    options.multiline === true
      ? /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g
      : /[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;
  return text.replaceAll(pattern, (character) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
