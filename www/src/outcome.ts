// From a FHIR OperationOutcome to the findings that the page shows.

import type { Outcome } from "./protocol";

export type Severity = "error" | "warning" | "information";

/** One finding. Line and column count from 1, columns in UTF-16 code units, as CodeMirror does. */
export interface Finding {
  severity: Severity;
  fatal: boolean;
  code: string;
  message: string;
  expression: string;
  line: number | null;
  column: number | null;
  /** What it is in, where the input is not all there is: `map`. */
  source: string | null;
}

export type Counts = Record<Severity, number>;

const EXTENSION = "http://hl7.org/fhir/StructureDefinition/operationoutcome-";

/** The findings in document order; none where the outcome only says that all is well. */
export function readFindings(outcome: Outcome): Finding[] {
  return outcome.issue.map(readIssue).filter((finding) => finding.code !== "all-ok");
}

export function countFindings(findings: readonly Finding[]): Counts {
  const counts: Counts = { error: 0, warning: 0, information: 0 };
  for (const finding of findings) counts[finding.severity] += 1;
  return counts;
}

/** `3 errors, 1 warning`; zero counts are left out, and a list that was cut says `at least`. */
export function describe(findings: readonly Finding[]): string {
  const counts = countFindings(findings);
  const parts = [
    plural(counts.error, "error"),
    plural(counts.warning, "warning"),
    plural(counts.information, "note"),
  ];
  const list = parts.filter((part) => part !== "").join(", ") || "No issues found";
  return findings.some(({ code }) => code === "limit-issues") ? `At least ${list}` : list;
}

function plural(count: number, noun: string): string {
  if (count === 0) return "";
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

function readIssue(issue: Outcome["issue"][number]): Finding {
  const extension = (name: string) => issue.extension?.find(({ url }) => url === EXTENSION + name);
  const integer = (name: string) => extension(name)?.valueInteger ?? null;
  return {
    severity: severityOf(issue.severity),
    fatal: issue.severity === "fatal",
    code: issue.details?.coding?.[0]?.code ?? issue.code,
    message: issue.details?.text ?? issue.code,
    expression: issue.expression?.[0] ?? "",
    line: integer("issue-line"),
    column: integer("issue-col"),
    source: extension("issue-source")?.valueString ?? null,
  };
}

function severityOf(severity: string): Severity {
  if (severity === "warning" || severity === "information") return severity;
  return "error";
}
