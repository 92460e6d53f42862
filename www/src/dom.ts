// The little that is needed to build elements.

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
  text = "",
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}

export function button(className: string, text: string, act: () => void): HTMLButtonElement {
  const node = element("button", className, text);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
}

/** Arrow keys, Home and End move between the entries of a list, each of which has something that `selector` finds. */
export function walkList(event: KeyboardEvent, list: HTMLElement, selector: string): void {
  const stops = [...list.querySelectorAll<HTMLElement>(`button${selector}`)];
  const at = stops.indexOf((event.target as HTMLElement).closest("li")?.querySelector(selector)!);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
  if (to === undefined) return;
  stops[to]?.focus();
  event.preventDefault();
}

const SVG = "http://www.w3.org/2000/svg";

/** One of the symbols of index.html; read out as `label`, or not at all. */
export function icon(name: string, label = ""): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  return svg;
}

/** A message, with what it quotes in backticks set as code. */
export function quoted(text: string): (string | HTMLElement)[] {
  const parts = text.split("`");
  // A backtick too many, from the resource itself: quote nothing rather than the wrong half.
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, at) => (at % 2 === 1 ? element("code", "", part) : part));
}
