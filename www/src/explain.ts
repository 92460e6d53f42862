// What each issue code means: the pages of docs/issues, shipped with this page, shown in place.

import pages from "virtual:issue-pages";
import { button, element } from "./dom";

/** A way to show the page on `code`, or nothing where there is none. `tryOut` is given an example. */
export function explain(code: string, tryOut: (example: string) => void): (() => HTMLElement) | null {
  const html = Object.hasOwn(pages, code) ? pages[code] : undefined;
  if (html === undefined) return null;
  return () => {
    const page = element("div", "page");
    page.innerHTML = html;
    for (const example of page.querySelectorAll("pre > code.language-json")) offer(example, tryOut);
    for (const link of page.querySelectorAll("a")) leave(link);
    return page;
  };
}

function offer(example: Element, tryOut: (example: string) => void): void {
  example.parentElement?.append(button("try", "Try it", () => tryOut(example.textContent ?? "")));
}

/** Links to other pages of the folder lead nowhere here; others open beside this page. */
function leave(link: HTMLAnchorElement): void {
  if (/^https?:/.test(link.getAttribute("href") ?? "")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  } else link.replaceWith(...link.childNodes);
}
