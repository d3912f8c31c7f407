import { cleanText } from '../text/clean-text.ts';

/** Attributes; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A piece of XML that is already escaped. */
export interface Xml {
  readonly xml: string;
}

/**
 * One element of XML 1.0. Strings among the children become escaped text. Characters that XML cannot carry
 * are made visible, so that no byte of a server can break the document.
 */
export function element(name: string, attributes: Attributes, ...children: readonly (Xml | string)[]): Xml {
  const pairs = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`)
    .join('');
  if (children.length === 0) return { xml: `<${name}${pairs}/>` };
  if (children.every((child) => typeof child === 'string')) {
    return { xml: `<${name}${pairs}>${children.map(escapeText).join('')}</${name}>` };
  }
  const inner = children.map((child) => (typeof child === 'string' ? escapeText(child) : child.xml));
  return { xml: `<${name}${pairs}>\n${inner.join('\n')}\n</${name}>` };
}

function escapeText(text: string): string {
  return cleanText(text).replace(/[&<>]/g, (character) => entities[character] ?? character);
}

function escapeAttribute(text: string): string {
  return cleanText(text).replace(/[&<>"\t\n]/g, (character) => entities[character] ?? character);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
};

/** A duration as JUnit writes it. */
export function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

/** A time without its zone, as JUnit writes it; it is UTC. */
export function timestamp(iso: string): string {
  return iso.replace(/(?:\.\d+)?Z$/, '');
}
