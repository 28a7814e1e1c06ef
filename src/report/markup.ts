/**
 * Elements as data, for HTML, SVG and XML alike: texts and attribute values are escaped when the tree is written, so no
 * name or value can become markup.
 */
import Builder from 'fast-xml-builder';
import { printable } from './text.ts';

export type Markup = Element | string;

/** The form that `fast-xml-builder` takes with `preserveOrder`: the name's content, and attributes under `:@`. */
export type Element = Readonly<Record<string, unknown>>;

/** An attribute that is undefined or false is left out; a true one has no value. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export function element(
  name: string,
  attributes: Attributes,
  ...children: readonly (Markup | readonly Markup[])[]
): Element {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== false);
  const values = given.map(([key, value]) => [key, value === true ? true : clean(String(value))]);
  const content = children
    .flat()
    .filter((child) => child !== '')
    .map((child) => (typeof child === 'string' ? { '#text': clean(child) } : child));
  return { [name]: content, ':@': Object.fromEntries(values) };
}

/** HTML elements that have no content and no end. */
const unpairedTags = ['br', 'meta', 'hr', 'input'];

const common = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  processEntities: true,
} as const;
const html = new Builder({
  ...common,
  unpairedTags,
  suppressUnpairedNode: true,
  suppressBooleanAttributes: true,
});
const xml = new Builder({ ...common, suppressEmptyNode: true, suppressBooleanAttributes: false });

export function toHtml(...elements: readonly Element[]): string {
  return html.build([...elements]);
}

/** An XML document with its declaration. */
export function toXml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xml.build([root])}\n`;
}

/** Line ends stay; other characters that XML 1.0 forbids, or that move text about, are replaced. */
function clean(text: string): string {
  return text
    .split('\n')
    .map(printable)
    .join('\n')
    .replace(/[\ufffe\uffff]/g, '\ufffd');
}
