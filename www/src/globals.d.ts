/** The version of the package that the page was built with. */
declare const __VERSION__: string;

/** The packs that a guide's pack builds on, from `profiles/packs.json`. */
declare const __BASES__: Record<string, string[]>;

declare module "virtual:issue-pages" {
  /** From issue code to HTML. */
  const pages: Record<string, string>;
  export default pages;
}

declare module "virtual:map-texts" {
  /** The address of the texts of our maps, as JSON: from their path below `maps/v2`. */
  const url: string;
  export default url;
}
