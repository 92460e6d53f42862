// Sample maps, each with something to run it on. Written for this page.

import intake from "../../samples/maps/intake.map?raw";
import answers from "../../samples/maps/intake.json?raw";
import message from "../../samples/maps/message.map?raw";
import admission from "../../samples/maps/message.hl7?raw";
import mistakes from "../../samples/maps/mistakes.map?raw";
import person from "../../samples/maps/person.map?raw";
import patient from "../../samples/maps/person.json?raw";

export interface MapSample {
  name: string;
  map: string;
  source: string;
}

/** The first one is what a visitor sees. */
export const maps: readonly MapSample[] = [
  { name: "Intake answers", map: intake, source: answers },
  { name: "Patient to Person", map: person, source: patient },
  { name: "HL7 v2", map: message, source: admission },
  { name: "Mistakes", map: mistakes, source: patient },
];
