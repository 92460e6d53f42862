// The head of the report: how the resource fares, how long that took, and what is going on.

import { countFindings, describe, type Finding, type Severity } from "./outcome";
import type { Validation } from "./protocol";

type State = "loading" | "ok" | Severity;

/** Milliseconds after which a running validation is worth a word and a button to stop it. */
const LONG = 400;

export class Verdict {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly box: HTMLElement,
    private readonly summary: HTMLElement,
    private readonly timing: HTMLElement,
    private readonly stop: HTMLElement,
  ) {}

  /** What is shown is out of date: screen readers wait for what comes. */
  outdated(): void {
    this.box.setAttribute("aria-busy", "true");
  }

  /** A validation runs; says so only where it takes long. */
  running(what: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#set("loading", `Checking ${what}…`, "You can go on meanwhile.");
      this.stop.hidden = false;
    }, LONG);
  }

  done(findings: readonly Finding[], { milliseconds, bytes }: Validation): void {
    const counts = countFindings(findings);
    const state = (["error", "warning", "information"] as const).find((s) => counts[s] > 0) ?? "ok";
    const speed = `${formatBytes(bytes)} checked in ${formatTime(milliseconds)}`;
    this.#set(state, describe(findings), speed);
  }

  failed(summary: string): void {
    this.#set("error", summary, "");
  }

  #set(state: State, summary: string, timing: string): void {
    clearTimeout(this.#timer);
    this.stop.hidden = true;
    this.box.dataset.state = state;
    if (state !== "loading") this.box.removeAttribute("aria-busy");
    const icon = state === "loading" ? "information" : state;
    this.box.querySelector("use")?.setAttribute("href", `#icon-${icon}`);
    // The same words again would be read out again.
    if (this.summary.textContent !== summary) this.summary.textContent = summary;
    this.timing.textContent = timing;
  }
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function formatTime(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1000) return `${milliseconds.toFixed(0)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
