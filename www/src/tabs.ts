// Tabs of which one panel is shown, with the keys that one expects of them.

/** Makes the buttons in `list` show the panels that they name; `shown` is told which tab that is. */
export class Tabs {
  readonly #tabs: HTMLButtonElement[];

  constructor(
    list: HTMLElement,
    private readonly shown: (tab: string) => void,
  ) {
    this.#tabs = [...list.querySelectorAll<HTMLButtonElement>("[role=tab]")];
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.select(tab.id));
    list.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** The id of the tab whose panel is shown. */
  get selected(): string {
    return this.#tabs.find((tab) => tab.getAttribute("aria-selected") === "true")!.id;
  }

  select(id: string): void {
    for (const tab of this.#tabs) {
      const isSelected = tab.id === id;
      tab.setAttribute("aria-selected", String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")!)!.hidden = !isSelected;
    }
    this.shown(id);
  }

  #walk(event: KeyboardEvent): void {
    const at = this.#tabs.indexOf(event.target as HTMLButtonElement);
    const last = this.#tabs.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    const tab = to === undefined ? undefined : this.#tabs[to];
    if (!tab) return;
    this.select(tab.id);
    tab.focus();
    event.preventDefault();
  }
}
