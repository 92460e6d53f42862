// Validates a valid and a broken Patient with the WebAssembly build, and says where to open the page.
//
//     npm run demo             prints both reports
//     npm run demo -- --serve  then serves the page until it is stopped

import { spawnSync } from "node:child_process";
import { build } from "./build.mjs";
import { buildPage } from "./page.mjs";
import { isMain, main, root, run } from "./steps.mjs";

const PAGE = ["--prefix", "www", "run", "--silent", "preview", "--", "--port", "4173", "--strictPort"];

if (isMain(import.meta)) {
  await main(async () => {
    await build();
    await buildPage();
    for (const file of ["examples/patient.json", "examples/patient-broken.json"]) {
      console.log(`\n$ npx fhirkiln validate ${file}\n`);
      // Exit code 1 means findings, and the broken one has some.
      spawnSync("node", ["dist/cli.js", "validate", file], { cwd: root, stdio: "inherit" });
    }
    if (process.argv.includes("--serve")) {
      console.log("\nThe page: http://localhost:4173 (stop with Ctrl-C)\n");
      run("npm", PAGE);
    } else {
      console.log(
        "\nThe same in a page, with findings as you type:\n\n    npm run demo -- --serve\n\nthen open http://localhost:4173",
      );
    }
  });
}
