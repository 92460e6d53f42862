// The colour scheme: the only thing this page remembers.

export type Scheme = "system" | "light" | "dark";

const KEY = "fhirkiln.scheme";
const SCHEMES: readonly Scheme[] = ["system", "light", "dark"];

/** Applies the remembered scheme and lets `button` go through the three. */
export function offerSchemes(button: HTMLButtonElement): void {
  let scheme = read();
  const apply = () => {
    if (scheme === "system") delete document.documentElement.dataset.scheme;
    else document.documentElement.dataset.scheme = scheme;
    const label = `Colour scheme: ${scheme === "system" ? "as the system" : scheme}`;
    button.title = label;
    button.setAttribute("aria-label", label);
  };
  apply();
  button.addEventListener("click", () => {
    scheme = SCHEMES[(SCHEMES.indexOf(scheme) + 1) % SCHEMES.length] ?? "system";
    apply();
    write(scheme);
  });
}

// Storage may be forbidden by the browser's settings: the page then forgets, and works.
function read(): Scheme {
  try {
    const stored = localStorage.getItem(KEY) as Scheme | null;
    return stored && SCHEMES.includes(stored) ? stored : "system";
  } catch {
    return "system";
  }
}

function write(scheme: Scheme): void {
  try {
    localStorage.setItem(KEY, scheme);
  } catch {
    // Forgotten on the next visit.
  }
}
