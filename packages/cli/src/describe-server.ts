import type { JsonObject, Session } from '@mcp-test-harness/core';
import { paint, type Io } from './io.ts';
import { visible } from './visible.ts';

/** What a server says it is and has, for people. */
export async function describeServer(session: Session, io: Io): Promise<string> {
  const { info } = session;
  const lines = [
    `${paint(io, 'bold', text(info.serverInfo['name']) || 'unnamed')} ${text(info.serverInfo['version'])}  ${paint(io, 'dim', `protocol ${info.protocolVersion}, ready in ${Math.round(info.startupMs)} ms`)}`,
    `capabilities: ${visible(Object.keys(info.capabilities).sort().join(', ')) || 'none'}`,
  ];
  if (info.capabilities['tools'] !== undefined) {
    lines.push(
      '',
      ...section(
        io,
        'Tools',
        await session.listAll('tools/list'),
        (tool) => `${text(tool['name'])}${signature(tool)}`,
      ),
    );
  }
  if (info.capabilities['resources'] !== undefined) {
    lines.push(
      '',
      ...section(io, 'Resources', await session.listAll('resources/list'), (resource) =>
        text(resource['uri']),
      ),
    );
    const templates = await session.listAll('resources/templates/list').catch(() => []);
    if (templates.length > 0)
      lines.push(
        '',
        ...section(io, 'Resource templates', templates, (template) => text(template['uriTemplate'])),
      );
  }
  if (info.capabilities['prompts'] !== undefined) {
    lines.push(
      '',
      ...section(io, 'Prompts', await session.listAll('prompts/list'), (prompt) => text(prompt['name'])),
    );
  }
  return `${lines.join('\n')}\n`;
}

function section(
  io: Io,
  title: string,
  items: readonly JsonObject[],
  label: (item: JsonObject) => string,
): string[] {
  return [
    paint(io, 'bold', `${title} (${items.length})`),
    ...items.map((item) => {
      const description = shorten(text(item['description'] ?? item['title'] ?? item['name']));
      return `  ${paint(io, 'cyan', visible(label(item)))}${description === '' ? '' : `  ${paint(io, 'dim', description)}`}`;
    }),
  ];
}

function signature(tool: JsonObject): string {
  const schema = tool['inputSchema'];
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return '()';
  const required =
    'required' in schema && Array.isArray(schema.required) ? (schema.required as readonly unknown[]) : [];
  const names = Object.keys((schema.properties ?? {}) as JsonObject);
  return `(${names.map((name) => (required.includes(name) ? name : `${name}?`)).join(', ')})`;
}

function shorten(line: string): string {
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

/** The first line of a text, since the rest would not fit. */
function text(value: unknown): string {
  return typeof value === 'string' ? visible(value.split('\n', 1)[0] ?? '') : '';
}
