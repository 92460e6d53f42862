/** The version of the package that the page was built with. */
declare const __VERSION__: string;
