import { layoutJson, type JsonPiece } from '../text/layout-json.ts';
import { escapeHtml } from './escape.ts';

const classes: Readonly<Partial<Record<JsonPiece['kind'], string>>> = {
  key: 'j-k',
  string: 'j-s',
  number: 'j-n',
  word: 'j-w',
};

/** JSON text as indented, tinted HTML. Text that is no JSON (cut short, a stream, noise) is shown as it is. */
export function tintJson(text: string): string {
  const pieces = layoutJson(text);
  if (pieces === undefined) return escapeHtml(text);
  return pieces
    .map(({ space, text, kind }) => {
      const name = classes[kind];
      return name === undefined
        ? `${space}${text}`
        : `${space}<span class="${name}">${escapeHtml(text)}</span>`;
    })
    .join('');
}
