// The user's own model: chosen or dropped, sent to the server as text, and kept nowhere.

import { ApiError } from "./api";
import { byId, type Page } from "./page";

/** The largest text that the server reads. */
const MOST = 256 * 1024;

export function dropControl(page: Page): void {
  const [file, veil, report] = [byId<HTMLInputElement>("file"), byId("drop"), byId("own-error")];
  const fail = (text: string) => {
    report.textContent = text;
    report.hidden = false;
    report.scrollIntoView({ block: "nearest" });
  };
  const take = async (chosen: File | undefined) => {
    if (!chosen) return;
    report.hidden = true;
    if (chosen.size > MOST) return fail(`${chosen.name} has ${chosen.size} bytes: expected a model file of at most ${MOST}`);
    try {
      await page.own(chosen.name, await chosen.text());
    } catch (error) {
      byId("error").hidden = true;
      fail(error instanceof ApiError ? (error.text ?? error.message) : String(error));
    }
  };
  byId("choose").addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    void take(file.files?.[0]);
    file.value = "";
  });
  let depth = 0;
  const carriesFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragenter", (event) => {
    if (!carriesFile(event)) return;
    depth += 1;
    veil.hidden = false;
  });
  document.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) veil.hidden = true;
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    void take(event.dataTransfer?.files[0]);
  });
}
