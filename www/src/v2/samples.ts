// Sample messages, written for this page.

import admission from "../../samples/v2/admission.hl7?raw";
import damaged from "../../samples/v2/damaged.hl7?raw";
import lab from "../../samples/v2/lab.hl7?raw";
import vaccination from "../../samples/v2/vaccination.hl7?raw";
import type { Sample } from "../samples";

/** The first one is what a visitor sees. */
export const messages: readonly Sample[] = [
  { name: "Admission", text: admission },
  { name: "Lab report", text: lab },
  { name: "Vaccination", text: vaccination },
  { name: "Damaged", text: damaged },
];
