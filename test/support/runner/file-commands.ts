/** What an action writes into the file behind GITHUB_OUTPUT, GITHUB_STATE or GITHUB_ENV; the runner's rules. */
export function parseFileCommands(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const lines = text.split('\n');
  // What stands behind the last line end is no line.
  if (lines.at(-1) === '') lines.pop();
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (heredoc > 0 && (equals === -1 || heredoc < equals)) {
      const delimiter = line.slice(heredoc + 2);
      const end = lines.indexOf(delimiter, index + 1);
      if (delimiter === '' || end === -1)
        throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      pairs.set(line.slice(0, heredoc), lines.slice(index + 1, end).join('\n'));
      index = end;
    } else if (equals > 0) {
      pairs.set(line.slice(0, equals), line.slice(equals + 1));
    } else throw new Error(`Invalid format '${line}'`);
  }
  return pairs;
}
