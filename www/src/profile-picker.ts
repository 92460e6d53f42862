// The choice of a guide and of one of its profiles, which resources are to meet besides those that they claim.

import type { ProfileEntry } from "fhirkiln/slim";
import { type Guide, guides } from "./definitions";

export interface PickerEvents {
  /** Another guide is to be loaded; none for `null`. */
  guide(guide: Guide | null): void;
  /** Another profile is to be met. */
  profile(): void;
}

const PLAIN = "profiles that it claims";

export class ProfilePicker {
  constructor(
    private readonly guideSelect: HTMLSelectElement,
    private readonly profileSelect: HTMLSelectElement,
    events: PickerEvents,
  ) {
    guideSelect.append(new Option("No guide", ""), ...[...guides].map(([id, { name }]) => new Option(name, id)));
    guideSelect.addEventListener("change", () => events.guide(this.guide));
    profileSelect.addEventListener("change", () => events.profile());
    this.offer([]);
  }

  /** The guide that is chosen. */
  get guide(): Guide | null {
    return guides.get(this.guideSelect.value) ?? null;
  }

  /** What resources are to meet. */
  get profiles(): string[] {
    return this.profileSelect.value ? [this.profileSelect.value] : [];
  }

  /** Guides are those of one version of FHIR. */
  allow(isAllowed: boolean): void {
    this.guideSelect.disabled = !isAllowed;
    if (!isAllowed) this.guideSelect.value = "";
  }

  /** Offers the profiles of the guide: those of resources, which an instance can be checked against as a whole. */
  offer(known: readonly ProfileEntry[]): void {
    const id = this.guideSelect.value;
    const isOwn = ({ origin }: ProfileEntry) => (this.guide?.resources ? origin === undefined : origin === id);
    const own = known.filter((entry) => isOwn(entry) && entry.type !== "Extension" && /^[A-Z]/.test(entry.type));
    const options = own.map(({ url, title, type }) => new Option(`${title} (${type})`, url));
    this.profileSelect.replaceChildren(new Option(PLAIN, ""), ...options);
    this.profileSelect.disabled = options.length === 0;
  }
}
