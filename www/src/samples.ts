// The samples, bundled as text so that they look as they were written.

import broken from "../samples/broken-patient.json?raw";
import bundle from "../samples/bundle.json?raw";
import observation from "../samples/observation.json?raw";
import patient from "../samples/patient.json?raw";
import xml from "../samples/patient.xml?raw";
import syntax from "../samples/broken-syntax.json?raw";
import { button } from "./dom";

export interface Sample {
  name: string;
  text: string;
}

/** The first one is what a visitor sees. */
export const samples: readonly Sample[] = [
  { name: "Broken patient", text: broken },
  { name: "Patient", text: patient },
  { name: "Observation", text: observation },
  { name: "Bundle", text: bundle },
  { name: "Bad JSON", text: syntax },
  { name: "XML", text: xml },
];

/** Puts a button for each sample into `host`. What comes back marks the one of that name as the one that is shown. */
export function offerSamples<S extends { name: string }>(
  host: HTMLElement,
  samples: readonly S[],
  chosen: (sample: S) => void,
): (name: string) => void {
  host.append(...samples.map((sample) => button("", sample.name, () => chosen(sample))));
  return (name) => {
    for (const it of host.children) it.setAttribute("aria-pressed", String(it.textContent === name));
  };
}
