// The views of the page, by the address: the validator, messages of HL7 v2, maps. The last two are made when they are
// first shown, each with an engine of its own, so that none waits for another.

import { keptFiles, notKept, packsOfMessages, searchOfMessages } from "./definitions";
import type { EngineFiles } from "./protocol";
import { TransformView } from "./transform/view";
import { MessageView } from "./v2/view";

/** A view that files can be given to. */
interface View {
  take(file: File): Promise<void>;
}

/** What the engine is made of, and the packs for messages where they came with it. */
type Arriving = Promise<EngineFiles & { messages: Uint8Array[] | null }>;

const FIRST = "validate";
const MADE: Record<string, new (files: EngineFiles) => View> = { v2: MessageView, transform: TransformView };

export class Views {
  readonly #made = new Map<string, Promise<View | null>>();

  constructor(private readonly arriving: Arriving) {
    addEventListener("hashchange", () => this.#show());
    for (const name of Object.keys(MADE)) this.#acceptFiles(name);
    void arriving.then(() => this.#show(), () => {});
  }

  /** True where the validator is shown. */
  get isValidator(): boolean {
    return this.#shown === FIRST;
  }

  /** Gives a file to the view that is shown, which is not the validator. */
  async take(file: File): Promise<void> {
    const view = await this.#made.get(this.#shown);
    await view?.take(file);
  }

  get #shown(): string {
    const named = location.hash.slice(1);
    return Object.hasOwn(MADE, named) ? named : FIRST;
  }

  #show(): void {
    const shown = this.#shown;
    document.documentElement.dataset.view = shown;
    for (const view of document.querySelectorAll<HTMLElement>("main.view")) view.hidden = view.id !== `view-${shown}`;
    for (const link of document.querySelectorAll("#views a")) {
      if (link.getAttribute("href") === `#${shown}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (!this.isValidator && !this.#made.has(shown)) this.#made.set(shown, this.#make(shown));
  }

  async #make(name: string): Promise<View | null> {
    const { module, messages } = await this.arriving;
    const packs = messages ?? (await keptFiles(packsOfMessages));
    if (packs) return new MADE[name]!({ module, packs });
    const notice = document.querySelector(`#view-${name} .notice`) as HTMLElement;
    notice.hidden = false;
    notice.replaceChildren(...notKept("HL7 v2", searchOfMessages(name)));
    this.#made.delete(name);
    return null;
  }

  /** The button of a view opens a file in it. */
  #acceptFiles(name: string): void {
    const view = document.getElementById(`view-${name}`)!;
    const input = view.querySelector<HTMLInputElement>("input[type=file]")!;
    view.querySelector(".open")!.addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) void this.take(file);
      input.value = "";
    });
  }
}
