/**
 * A document for a program, with a word for whoever opens it.
 * @param command what writes the file, so that nobody changes it by hand
 */
export async function renderYaml(what: string, command: string, document: object): Promise<string> {
  const { stringify } = await import('yaml');
  const text = stringify(document, { lineWidth: 0, singleQuote: true });
  return `# ${what}\n# Written by \`${command}\`: change the configuration instead.\n${text}`;
}
