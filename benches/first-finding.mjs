// A process that validates one resource and ends: started by startup.mjs, which takes the time.

import { Engine } from "../dist/node.js";

const engine = await Engine.load({ packs: ["r4"] });
const outcome = engine.validate('{"resourceType":"Patient","birthdate":"1990-01-01"}');
if (outcome.issue[0].severity !== "error") process.exitCode = 1;
