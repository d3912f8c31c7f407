const styles = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Wraps text in SGR codes, or leaves it alone when colours are off. */
export type Palette = Readonly<Record<keyof typeof styles, (text: string) => string>>;

export function createPalette(color: boolean): Palette {
  const entries = Object.entries(styles).map(
    ([name, [open, close]]) =>
      [
        name,
        color ? (text: string) => `\u001B[${open}m${text}\u001B[${close}m` : (text: string) => text,
      ] as const,
  );
  return Object.fromEntries(entries) as Palette;
}
