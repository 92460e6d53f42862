// What `--help` says. That of a command is what clap writes for the native command line: a test compares.

export const HELP = `\
Validates FHIR, in the process that holds the data

Usage: fhirkiln <COMMAND>

Commands:
  validate   Validate FHIR resources in JSON, XML and NDJSON, and messages of HL7 v2
  evaluate   Evaluate a FHIRPath expression on FHIR resources in JSON, XML and NDJSON
  format     Write FHIR resources anew, as JSON or XML
  convert    Convert messages of HL7 v2 to FHIR
  transform  Make resources into others by a map of the FHIR Mapping Language
  snapshot   Write definitions with their snapshots
  explain    Say what a profile asks, element by element, and which profile asks it
  help       Print this message

Options:
  -h, --help     Print help
  -V, --version  Print version
`;

/** The options of every command that say what the engine is to know. */
const DEFINITIONS = `\
Definitions:
      --pack <NAME|FILE>        Definitions to go by: the name of a pack or its file; repeatable
                                [default: r4]
      --package <FILE>          FHIR package with more, a .tgz or NAME@VERSION; repeatable
      --resource <FILE|FOLDER>  Conformance resource, a Bundle of them, or a map, with more
                                definitions, or a folder or glob of such files; repeatable`;

export const VALIDATE_HELP = `\
Validate FHIR resources in JSON, XML and NDJSON, and messages of HL7 v2

Usage: fhirkiln validate [OPTIONS] <INPUT>...

Arguments:
  <INPUT>...  Files, folders (all .json, .xml, .ndjson, .jsonl and .hl7 files in them), globs, or
              \`-\` for standard input

Options:
      --ndjson   Read every input as NDJSON, one resource on a line, whatever its name
  -h, --help     Print help
  -V, --version  Print version

${DEFINITIONS}
      --profile <URL>           Canonical URL of a profile that every resource must conform to;
                                repeatable

Findings:
      --suppress <CODE>         Do not report findings with this code; repeatable
      --best-practice <LEVEL>   ignore, information, warning or error: what to make of a best
                                practice that is not met [default: ignore]
      --must-support            Say which elements are absent that a profile marks as must-support
      --allow-extensions <URL>  Beginning of the URLs of extensions that need no definition here;
                                any other without one is then an error; repeatable
      --no-example-urls         Report URLs for examples, such as those of \`example.org\`, as errors
      --security-checks         Report text that looks like HTML as errors, for systems that show
                                text as it is
      --for-publication         Ask for what HL7 asks of resources that it publishes
      --max-issues <N>          List at most this many findings for each resource [default: 1000]
      --fail-on <SEVERITY>      error or warning: the least severity that makes the exit code 1
                                [default: error]

Report:
      --format <FORMAT>  text for people, json (an OperationOutcome; a Bundle of them where there
                         can be several resources), ndjson (an OperationOutcome on a line for each
                         resource) or sarif (2.1.0) [default: text]
  -q, --quiet            Only the summary, no findings (text format)
      --mask-values      Replace values of the resources by their length, and show no excerpts of
                         the source
      --color <WHEN>     auto, always or never; auto is for terminals and honours \`NO_COLOR\`
                         [default: auto]

Exit codes:
  0  nothing at or above --fail-on
  1  findings at or above --fail-on
  2  the arguments are wrong
  3  something could not be done: an input was not readable, a pack is missing

Examples:
  fhirkiln validate patient.json
  fhirkiln validate 'data/**/*.json' --format sarif > findings.sarif
  zcat export.ndjson.gz | fhirkiln validate - --ndjson --quiet
`;

export const EVALUATE_HELP = `\
Evaluate a FHIRPath expression on FHIR resources in JSON, XML and NDJSON

Usage: fhirkiln evaluate [OPTIONS] <EXPRESSION> <INPUT>...

Arguments:
  <EXPRESSION>  The FHIRPath expression
  <INPUT>...    Files, folders (all .json, .xml, .ndjson and .jsonl files in them), globs, or \`-\`
                for standard input

Options:
      --ndjson   Read every input as NDJSON, one resource on a line, whatever its name
  -h, --help     Print help
  -V, --version  Print version

${DEFINITIONS}

Evaluation:
      --context <EXPRESSION>   Expression for where to begin: the result is that of each of its
                               items
      --variable <NAME=VALUE>  A variable, used as %name: a number, true, false or text; repeatable
      --strict                 Refuse an expression that names an element which the type of an input
                               does not have
      --now <DATETIME>         The present, for \`now()\` and its kind, in place of what the clock
                               says

Report:
      --format <FORMAT>  text for people (place, path, value and type), json (an array of items) or
                         ndjson (an item on each line) [default: text]
      --color <WHEN>     auto, always or never; auto is for terminals and honours \`NO_COLOR\`
                         [default: auto]

Exit codes:
  0  evaluated on every resource
  2  the arguments are wrong, or the expression is
  3  something could not be done: an input was not readable, a value does not fit

Examples:
  fhirkiln evaluate 'name.given' patient.json
  fhirkiln evaluate 'entry.resource.ofType(Observation).value' bundle.xml --format ndjson
  fhirkiln evaluate 'birthDate < %day' export.ndjson --variable day=2010-01-01
`;

export const FORMAT_HELP = `\
Write FHIR resources anew, as JSON or XML

Usage: fhirkiln format [OPTIONS] <INPUT>...

Arguments:
  <INPUT>...  Files, folders (all .json and .xml files in them), globs, or \`-\` for standard input

Options:
      --to <FORMAT>  json or xml; as each file is, where this is not given
      --compact      Without white space, in place of lines that are indented by two spaces
  -h, --help         Print help
  -V, --version      Print version

${DEFINITIONS}

Where to:
      --out <FOLDER>  Write below this folder, under the same names
      --write         Write each file in its place; beside it where the format is another
      --check         Write nothing, and name the files that would change

What cannot be carried over is an error, and nothing is written: a resource that is damaged, or an
element that no definition has. Comments of XML are no content in FHIR; where some are left behind,
standard error says so.

Exit codes:
  0  done
  1  --check found a file that would change
  2  the arguments are wrong
  3  something could not be done

Examples:
  fhirkiln format patient.json --to xml
  fhirkiln format bundles --to json --out converted
  fhirkiln format 'examples/**/*.json' --check
`;

export const CONVERT_HELP = `\
Convert messages of HL7 v2 to FHIR

Usage: fhirkiln convert [OPTIONS] <MESSAGES>...

Arguments:
  <MESSAGES>...  Files of any number of messages, folders (all .hl7 files in them), globs, or \`-\`
                 for standard input

Options:
      --to <FORMAT>  bundle (a Bundle on a line for each message) or ndjson (its resources, each on
                     a line) [default: bundle]
  -h, --help         Print help
  -V, --version      Print version

${DEFINITIONS}

Conversion:
      --bundle <KIND>           message, transaction (to send to a server, once or again) or
                                collection [default: message]
      --map <URL>               Canonical URL of the map to run, in place of the one for the
                                structure of each message
      --zone <OFFSET>           The offset of times that a message gives without one, as in
                                --zone=-05:00; without it they lose the time
      --system <AUTHORITY=URI>  The system of the identifiers that an authority assigns; repeatable
      --claim <URL>             Canonical URL of a profile that resources of the result claim where
                                they meet it; repeatable
      --no-validate             Do not validate what messages become
      --now <DATETIME>          The present, for maps that ask, in place of what the clock says

Report:
      --unmapped     List the values that no rule took
  -q, --quiet        No findings
      --mask-values  Replace values of messages in findings by their length

The pack v2, with the maps, is used besides those that are named. Findings go to standard error;
what they are about is written all the same.

Exit codes:
  0  every message was converted, without errors among the findings
  1  there are errors among the findings
  2  the arguments are wrong
  3  something could not be done: an input was not readable, or is no message

Examples:
  fhirkiln convert adt.hl7
  fhirkiln convert feed --to ndjson > resources.ndjson
  zcat feed.hl7.gz | fhirkiln convert - --bundle transaction --unmapped
`;

export const TRANSFORM_HELP = `\
Make resources into others by a map of the FHIR Mapping Language

Usage: fhirkiln transform [OPTIONS] <MAP> <INPUT>...

Arguments:
  <MAP>       The map: a file in the FHIR Mapping Language, a StructureMap in JSON, or the canonical
              of one that is known
  <INPUT>...  Files, folders (all .json, .xml, .ndjson, .jsonl and .hl7 files in them), globs, or
              \`-\` for standard input

Options:
      --ndjson       Read every input as NDJSON, one resource on a line, whatever its name
      --to <FORMAT>  json (indented) or ndjson (each result on a line) [default: json]
  -h, --help         Print help
  -V, --version      Print version

${DEFINITIONS}

Transformation:
      --now <DATETIME>  The present, for \`now()\` and its kind, in place of what the clock says

Report:
      --unmapped     List the values that no rule took
  -q, --quiet        No findings
      --mask-values  Replace values of the resources in findings by their length

Findings go to standard error; what they are about is left out of the result.

Exit codes:
  0  every resource was transformed, without errors among the findings
  1  there are errors among the findings
  2  the arguments are wrong, or the map is
  3  something could not be done: an input was not readable

Examples:
  fhirkiln transform patient-to-person.map patient.json
  fhirkiln transform steps.map export.ndjson --to ndjson --resource more.map
`;

export const SNAPSHOT_HELP = `\
Write definitions with their snapshots

Usage: fhirkiln snapshot [OPTIONS] <DEFINITION>...

Arguments:
  <DEFINITION>...  Files, folders (all .json and .xml files in them), globs, or \`-\` for standard
                   input

Options:
  -h, --help     Print help
  -V, --version  Print version

${DEFINITIONS}

What is wrong with a differential goes to standard error. A base is looked for among packages and
resources, then among packs, which carry no texts for people.

Exit codes:
  0  done
  1  there are errors in a differential
  2  the arguments are wrong
  3  something could not be done: a file was not readable, or is no StructureDefinition

Examples:
  fhirkiln snapshot my-patient.json > my-patient-snapshot.json
  fhirkiln snapshot profiles --package hl7.fhir.us.core-6.1.0.tgz
`;

export const EXPLAIN_HELP = `\
Say what a profile asks, element by element, and which profile asks it

Usage: fhirkiln explain [OPTIONS] [PROFILE] [ELEMENT]

Arguments:
  [PROFILE]  The canonical URL of a profile, or the end of it
  [ELEMENT]  The id or path of an element, with or without the type: only it, and what is below

Options:
  -h, --help     Print help
  -V, --version  Print version

${DEFINITIONS}

Report:
      --format <FORMAT>  text for people, or json [default: text]
      --color <WHEN>     auto, always or never; auto is for terminals and honours \`NO_COLOR\`
                         [default: auto]

Without a profile, those that are known are listed. Only what a profile asks beyond the type is
said; what it has from a profile that it builds on is marked with that one's URL.

Exit codes:
  0  done
  2  the arguments are wrong
  3  something could not be done: the profile is not here, or asks nothing of the element

Examples:
  fhirkiln explain us-core-patient --pack us-core-6.1.0
  fhirkiln explain https://example.org/StructureDefinition/my-patient name --resource
  my-patient.json
`;
