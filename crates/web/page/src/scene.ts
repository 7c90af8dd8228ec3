// Elements as plain data. Drawings are functions from data to a scene and touch no document, so they are tested
// without a browser, and the same scene is either mounted in the page or written as text.

export interface Scene {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Scene | string)[];
}

export type Attributes = Record<string, string | number | boolean | undefined>;
export type Child = Scene | string | number | null | false;

/** An element; attributes that are undefined or false are left out, true ones are empty. */
export function el(tag: string, attributes: Attributes = {}, ...children: (Child | Child[])[]): Scene {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    kept[name] = value === true ? "" : typeof value === "number" ? coordinate(value) : value;
  }
  const list = children.flat().filter((child): child is Scene | string | number => child !== null && child !== false);
  return { tag, attributes: kept, children: list.map((child) => (typeof child === "number" ? String(child) : child)) };
}

/** At most two decimals: a hundredth of a pixel is nothing to see. */
function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

/** The scene as markup. */
export function markup(scene: Scene | string): string {
  if (typeof scene === "string") return escape(scene);
  const attributes = Object.entries(scene.attributes).map(([name, value]) => ` ${name}="${escape(value)}"`);
  return `<${scene.tag}${attributes.join("")}>${scene.children.map(markup).join("")}</${scene.tag}>`;
}

const SVG = "http://www.w3.org/2000/svg";

/** The scene as an element of the page. */
export function mount(scene: Scene, inside?: string): Element {
  const space = scene.tag === "svg" ? SVG : inside;
  const element = space ? document.createElementNS(space, scene.tag) : document.createElement(scene.tag);
  for (const [name, value] of Object.entries(scene.attributes)) element.setAttribute(name, value);
  for (const child of scene.children) element.append(typeof child === "string" ? child : mount(child, space));
  return element;
}
