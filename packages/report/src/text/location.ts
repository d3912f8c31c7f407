import type { SourceLocation } from '@mcp-test-harness/core';
import { isAbsolute, relative } from 'node:path';

/** The file relative to `cwd` when it lies below it, as it stands otherwise; forward slashes. */
export function displayPath(file: string, cwd: string): string {
  if (!isAbsolute(file)) return file;
  const path = relative(cwd, file);
  return (path === '' || path.startsWith('..') || isAbsolute(path) ? file : path).replaceAll('\\', '/');
}

/** `suite.yaml:14:9`, which terminals and editors turn into a link. */
export function displayLocation(location: SourceLocation, cwd: string): string {
  return `${displayPath(location.file, cwd)}:${location.line}:${location.column}`;
}
