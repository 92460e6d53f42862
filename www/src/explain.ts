// What each issue code means: the pages of docs/issues, shipped with this page.

/** A way to show the page on a code, or nothing where there is none. */
export function explain(_code: string): (() => HTMLElement) | null {
  return null;
}
