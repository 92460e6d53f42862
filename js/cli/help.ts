// What `--help` says. That of a command is what clap writes for the native command line: a test compares.

export const HELP = `\
Validates FHIR, in the process that holds the data

Usage: fhirkiln <COMMAND>

Commands:
  validate  Validate FHIR resources in JSON, XML and NDJSON
  evaluate  Evaluate a FHIRPath expression on FHIR resources in JSON, XML and NDJSON
  format    Write FHIR resources anew, as JSON or XML
  convert   Convert messages of HL7 v2 to FHIR
  help      Print this message

Options:
  -h, --help     Print help
  -V, --version  Print version
`;

export const VALIDATE_HELP = `\
Validate FHIR resources in JSON, XML and NDJSON

Usage: fhirkiln validate [OPTIONS] <INPUT>...

Arguments:
  <INPUT>...  Files, folders (all .json, .xml, .ndjson and .jsonl files in them), globs, or \`-\` for
              standard input

Options:
      --ndjson   Read every input as NDJSON, one resource on a line, whatever its name
  -h, --help     Print help
  -V, --version  Print version

Definitions:
      --pack <NAME|FILE>  Definitions to go by: the name of a pack or its file; repeatable [default:
                          r4]
      --package <FILE>    FHIR package (.tgz) with more definitions; repeatable
      --resource <FILE>   Conformance resource, or a Bundle of them, with more definitions;
                          repeatable
      --profile <URL>     Canonical URL of a profile that every resource must conform to; repeatable

Findings:
      --suppress <CODE>        Do not report findings with this code; repeatable
      --best-practice <LEVEL>  ignore, information, warning or error: what to make of a best
                               practice that is not met [default: ignore]
      --max-issues <N>         List at most this many findings for each resource [default: 1000]
      --fail-on <SEVERITY>     error or warning: the least severity that makes the exit code 1
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

Definitions:
      --pack <NAME|FILE>  Definitions to go by: the name of a pack or its file; repeatable [default:
                          r4]
      --package <FILE>    FHIR package (.tgz) with more definitions; repeatable
      --resource <FILE>   Conformance resource, or a Bundle of them, with more definitions;
                          repeatable

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

Definitions:
      --pack <NAME|FILE>  Definitions to go by: the name of a pack or its file; repeatable [default:
                          r4]
      --package <FILE>    FHIR package (.tgz) with more definitions; repeatable
      --resource <FILE>   Conformance resource, or a Bundle of them, with more definitions;
                          repeatable

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

Definitions:
      --pack <NAME|FILE>  Definitions to go by: the name of a pack or its file; repeatable [default:
                          r4]
      --package <FILE>    FHIR package (.tgz) with more definitions; repeatable
      --resource <FILE>   Conformance resource, or a Bundle of them, with more definitions;
                          repeatable

Conversion:
      --bundle <KIND>   message, transaction (to send to a server, once or again) or collection
                        [default: message]
      --map <URL>       Canonical URL of the map to run, in place of the one for the structure of
                        each message
      --no-validate     Do not validate what messages become
      --now <DATETIME>  The present, for maps that ask, in place of what the clock says

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
