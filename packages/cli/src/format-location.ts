import type { SourceLocation } from '@mcp-test-harness/core/errors';
import { isAbsolute, relative } from 'node:path';

/** `file:line:column`; the file relative to the working directory when it lies below it. */
export function formatLocation({ file, line, column }: SourceLocation, cwd: string): string {
  return `${shortPath(file, cwd)}:${line}:${column}`;
}

function shortPath(file: string, cwd: string): string {
  if (!isAbsolute(file)) return file;
  const path = relative(cwd, file);
  return path === '' || path.startsWith('..') || isAbsolute(path) ? file : path;
}
