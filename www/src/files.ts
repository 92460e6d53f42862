// Files from the file dialog or dropped anywhere on the page.

export interface FileSources {
  open: HTMLElement;
  input: HTMLInputElement;
  overlay: HTMLElement;
}

/** Calls `take` with each file that the user gives; `others` counts those dropped along with it. */
export function acceptFiles(
  { open, input, overlay }: FileSources,
  take: (file: File, others: number) => void,
): void {
  open.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files) first(input.files);
    input.value = "";
  });
  const first = (files: FileList) => {
    const file = files[0];
    if (file) take(file, files.length - 1);
  };

  // Capturing, before the editor would take the drop for text.
  const carriesFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const on = (name: "dragenter" | "dragover" | "dragleave" | "drop", act: (event: DragEvent) => void) =>
    addEventListener(
      name,
      (event) => {
        if (!carriesFile(event)) return;
        event.preventDefault();
        event.stopPropagation();
        act(event);
      },
      { capture: true },
    );
  on("dragenter", () => (overlay.hidden = false));
  on("dragover", () => {});
  on("dragleave", (event) => {
    if (event.relatedTarget === null) overlay.hidden = true;
  });
  on("drop", (event) => {
    overlay.hidden = true;
    if (event.dataTransfer) first(event.dataTransfer.files);
  });
}
